/** Failures of the network and the server: nothing typed is lost, and everything is shown. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage } from './chromium.ts';
import {
  createRoom,
  fillSignForm,
  inRoom,
  isLive,
  joinRoom,
  PASSWORD,
  type Person,
  personAt,
  recordFrames,
  signUp,
} from './person.ts';
import { type FaultProxy, startProxy } from './proxy.ts';

let server: TestServer;
let browser: Browser;
let proxy: FaultProxy;
/** A person behind the proxy. */
let mira: Person;
/** A person with a direct connection. */
let juno: Person;
let round = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  proxy = await startProxy(server.port);
  mira = await signUp(browser, proxy.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await server.close();
});
beforeEach(async () => {
  round++;
  await createRoom(mira, `room${round}`);
  await joinRoom(juno, `room${round}`);
});

describe('a bad network', () => {
  it('[R1] a cut connection resumes by itself: typed and missed messages appear once, in one order', async () => {
    await mira.say('before');
    await juno.sees(['before']);
    proxy.refuse(true);
    proxy.cut();
    await mira.link.getByText(/^ (reconnecting in \d+ s|offline)/).waitFor();
    for (const text of ['mine 1', 'mine 2', 'mine 3']) await mira.say(text);
    await mira.link.getByText(/3 queued/).waitFor();
    await mira.input.fill('and on');
    for (const text of ['theirs 1', 'theirs 2']) await juno.say(text);
    await juno.sees(['before', 'theirs 1', 'theirs 2']);
    await mira.sees(['before', 'mine 1', 'mine 2', 'mine 3']);
    expect(await mira.page.locator('.message.waiting').count()).toBe(3);

    proxy.refuse(false);
    // Any key reconnects at once, as the button "now" does.
    await mira.input.press('End');
    await isLive(mira);
    const all = ['before', 'theirs 1', 'theirs 2', 'mine 1', 'mine 2', 'mine 3'];
    await juno.sees(all);
    await mira.sees(all);
    await until('every message is stored', async () => (await mira.page.locator('.waiting').count()) === 0);
    expect(await mira.input.inputValue()).toBe('and on');
    await mira.input.fill('');
  });

  it('[S2] when only the answer is lost, everybody sees the message once', async () => {
    proxy.holdAnswers();
    await mira.say('did it arrive?');
    await juno.sees(['did it arrive?']);
    await mira.page.locator('.message.waiting').waitFor();
    proxy.cut();
    proxy.release();
    await isLive(mira);
    await until('the message is stored', async () => (await mira.page.locator('.waiting').count()) === 0);
    await mira.sees(['did it arrive?']);
    await juno.say('yes');
    await juno.sees(['did it arrive?', 'yes']);
    await mira.sees(['did it arrive?', 'yes']);
  });

  it('queued messages survive a reload of the page', async () => {
    proxy.refuse(true);
    proxy.cut();
    await mira.link.getByText(/reconnecting|offline/).waitFor();
    await mira.say('not lost');
    await mira.page.locator('.message.waiting').waitFor();
    proxy.refuse(false);
    await mira.page.reload();
    await inRoom(mira.page, `room${round}`);
    await juno.sees(['not lost']);
    await mira.sees(['not lost']);
  });

  it('an offline machine queues messages, and sends them when it is back', async () => {
    await mira.page.context().setOffline(true);
    proxy.cut();
    await mira.link.getByText('offline').waitFor();
    await mira.say('from the tunnel');
    await mira.link.getByText('offline, 1 queued').waitFor();
    await mira.page.context().setOffline(false);
    await isLive(mira);
    await juno.sees(['from the tunnel']);
    await mira.sees(['from the tunnel']);
  });

  it('[S1] a killed and restarted server has every message, and any key reconnects at once', async () => {
    await mira.say('kept');
    await juno.sees(['kept']);
    await until('it is stored', async () => (await mira.page.locator('.waiting').count()) === 0);
    await server.kill();
    await mira.link.getByText(/reconnecting|restarting|offline/).waitFor();
    await mira.say('while away');
    await server.restart();
    for (const { page } of [mira, juno]) await page.keyboard.press('Shift');
    await isLive(mira);
    await isLive(juno);
    await juno.sees(['kept', 'while away']);
    await mira.sees(['kept', 'while away']);
  });
});

describe('rejections', () => {
  it('a rejected message shows the reason, and can be edited, retried or discarded', async () => {
    const rejection = await rejectSends(mira.page);
    await mira.page.reload();
    await isLive(mira);
    await inRoom(mira.page, `room${round}`);
    rejection.reason = 'quiet hours until 7:00';
    await mira.say('good night');
    const failed = mira.page.locator('.message.failed');
    await failed.getByText('not sent: quiet hours until 7:00').waitFor();
    expect(await failed.locator('time').textContent()).toContain('!');
    expect(await failed.getByRole('button').allTextContents()).toEqual(['retry', 'edit', 'discard']);

    await failed.getByRole('button', { name: 'edit' }).click();
    expect(await mira.input.inputValue()).toBe('good night');
    await mira.sees([]);

    await mira.input.press('Enter');
    await failed.getByRole('button', { name: 'retry' }).waitFor();
    rejection.reason = null;
    await failed.getByRole('button', { name: 'retry' }).click();
    await juno.sees(['good night']);
    await until('the message is stored', async () => (await failed.count()) === 0);
    await mira.sees(['good night']);

    rejection.reason = 'no';
    await mira.say('never mind');
    await failed.getByRole('button', { name: 'discard' }).click();
    await mira.sees(['good night']);
    await juno.sees(['good night']);
    rejection.reason = null;
  });

  it('[A4] an ended session asks for the password over the unchanged page, and continues', async () => {
    await mira.say('before');
    await juno.sees(['before']);
    await mira.input.fill('a thought');
    await endSessionsOf(mira.name);
    const dialog = mira.page.getByRole('dialog');
    await dialog.getByText(`Session ended. Password for ${mira.name}:`).waitFor();
    await mira.sees(['before']);

    await dialog.getByLabel(/Password for/).fill('not my password');
    await dialog.getByRole('button', { name: 'continue' }).click();
    await dialog.getByText('Wrong name or password.').waitFor();
    await dialog.getByLabel(/Password for/).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'continue' }).click();
    await isLive(mira);
    expect(await dialog.count()).toBe(0);
    expect(await mira.input.inputValue()).toBe('a thought');
    await mira.input.press('Enter');
    await juno.sees(['before', 'a thought']);
  });
});

it('a page that wakes after its machine slept checks its link at once', async () => {
  const frames = recordFrames(juno);
  await juno.page.reload();
  await isLive(juno);
  const probes = () => frames.filter((frame) => frame.includes('"op":"unsubscribe"')).length;
  const before = probes();
  await juno.page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
  });
  await until('the link is probed', () => probes() > before);
});

it('a browser that blocks cookies, storage and channels keeps its session while the page is open', async () => {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    const deny = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(navigator, 'cookieEnabled', { value: false });
    for (const name of ['localStorage', 'sessionStorage', 'BroadcastChannel'])
      Object.defineProperty(window, name, { get: deny });
  });
  await page.route('**/v1/auth/*', async (route) => {
    const { cookie: _, ...headers } = route.request().headers();
    await route.continue({ headers });
  });
  await page.goto(server.url);
  await fillSignForm(page, juno.name, PASSWORD);
  const shy = personAt(page, juno.name);
  await isLive(shy);
  // The access token is due.
  await page.evaluate(() => {
    const { now } = Performance.prototype;
    performance.now = () => now.call(performance) + 9 * 60_000;
  });
  const renewed = page.waitForResponse((answer) => answer.url().endsWith('/v1/auth/refresh'));
  await shy.say('/whois mira');
  expect((await renewed).status()).toBe(200);
  await page.locator('.local').getByText('mira: ').waitFor();
  await shy.say('/quit');
  await page.locator('.sign-form').waitFor();
  await page.context().close();
});

/** After the next load of the page, sends are rejected while there is a reason. */
async function rejectSends(page: Page): Promise<{ reason: string | null }> {
  const rejection: { reason: string | null } = { reason: null };
  await page.routeWebSocket('**/v1/socket', (socket) => {
    const far = socket.connectToServer();
    socket.onMessage((text) => {
      const command = JSON.parse(String(text)) as { op: string; id: string };
      if (command.op !== 'send' || rejection.reason === null) return far.send(text);
      socket.send(
        JSON.stringify({ type: 'error', id: command.id, code: 'forbidden', message: rejection.reason }),
      );
    });
  });
  return rejection;
}

/** Ends all other sessions of a person from a new one, as another device would. */
async function endSessionsOf(login: string): Promise<void> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const granted = await fetch(`${server.url}/v1/auth/login`, {
    ...post,
    body: JSON.stringify({ login, password: PASSWORD }),
  });
  const { accessToken } = (await granted.json()) as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const listed = await fetch(`${server.url}/v1/sessions`, { headers });
  const { sessions } = (await listed.json()) as { sessions: { id: number; current: boolean }[] };
  for (const { id, current } of sessions) {
    if (!current) await fetch(`${server.url}/v1/sessions/${id}`, { method: 'DELETE', headers });
  }
}
