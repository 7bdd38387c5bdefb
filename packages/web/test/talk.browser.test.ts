/** Two people, two browsers, one server. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage } from './chromium.ts';
import {
  createRoom,
  fillSignForm,
  inRoom,
  isAdministrator,
  isLive,
  joinRoom,
  PASSWORD,
  type Person,
  personAt,
  roomRow,
  signUp,
} from './person.ts';

const TALK = ['all plates are measured', 'all of them?', 'but number nine'];

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('the first minutes', () => {
  it('an empty server asks for the first account, shows the rules, and reports problems at their fields', async () => {
    const page = await openPage(browser);
    await page.goto(server.url);
    const create = page.getByRole('button', { name: 'Create the first account (administrator)' });
    await create.waitFor();
    expect(await page.locator('#username-rule').textContent()).toContain('2 to 32 characters');
    expect(await page.locator('#password-rule').textContent()).toContain('At least 10 characters');
    expect(await page.locator('[name=username]').getAttribute('autocomplete')).toBe('username');
    expect(await page.locator('[name=password]').getAttribute('autocomplete')).toBe('new-password');

    await fillSignForm(page, 'mira', 'short');
    await page.getByText('This password has 5').waitFor();
    expect(await page.locator('[name=password]').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[name=username]').inputValue()).toBe('mira');

    await fillSignForm(page, 'mira', PASSWORD);
    mira = personAt(page, 'mira');
    await isLive(mira);
    expect(await isAdministrator(server.url, 'mira')).toBe(true);
  });

  it('a second person registers, and a taken username is reported', async () => {
    const page = await openPage(browser);
    await page.goto(server.url);
    await page.getByText('create an account').click();
    await fillSignForm(page, 'MIRA', PASSWORD);
    await page.locator('#username-problem').getByText('taken').waitFor();
    await fillSignForm(page, 'juno', PASSWORD);
    juno = personAt(page, 'juno');
    await isLive(juno);
    expect(await isAdministrator(server.url, 'juno')).toBe(false);
  });

  it('a wrong password is reported at its field', async () => {
    const page = await openPage(browser);
    await page.goto(server.url);
    expect(await page.locator('[name=password]').getAttribute('autocomplete')).toBe('current-password');
    await fillSignForm(page, 'juno', 'not my password');
    await page.locator('#password-problem').getByText('Wrong name or password.').waitFor();
    await page.context().close();
  });

  it('two people talk in a room; each message appears once and in order', async () => {
    await createRoom(mira, 'plates');
    await joinRoom(juno, 'plates');
    await mira.say('all plates are measured');
    await juno.sees(['all plates are measured']);
    await juno.say('all of them?');
    await mira.say('but number nine');
    await mira.sees(TALK);
    await juno.sees(TALK);
  });

  it('screen readers hear each message of others once, and no own message', async () => {
    const spoken = await mira.page.evaluateHandle(() => {
      const said: string[] = [];
      const region = document.querySelector('#announcer');
      if (region === null) throw new Error('there is no announcer');
      new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
      return said;
    });
    await mira.say('my own');
    await juno.say('theirs');
    await until('a message is announced', async () => (await spoken.jsonValue()).length > 0);
    expect(await spoken.jsonValue()).toEqual(['juno: theirs']);
  });

  it('a join is a gray, italic, centred line', async () => {
    const notice = mira.page.locator('.notice').getByText(/^mira and juno joined \(\d\d:\d\d\)$/);
    await notice.waitFor();
    const style = await notice.evaluate((element) => {
      const { fontStyle, color } = getComputedStyle(element);
      const line = element.closest('li')?.getBoundingClientRect();
      const words = element.getBoundingClientRect();
      const offset = line && words.left + words.width / 2 - (line.left + line.width / 2);
      return { fontStyle, color, offset: Math.abs(offset ?? 1_000) };
    });
    expect(style.fontStyle).toBe('italic');
    expect(style.color).toBe('rgb(127, 136, 151)');
    // Cells are 9 px wide, so a notice can be off by up to half a cell on either side.
    expect(style.offset).toBeLessThanOrEqual(9);
  });

  it('a waiting message becomes stored in place, without a new row', async () => {
    let isHolding = true;
    const held: (() => void)[] = [];
    const person = await signUpBehind(browser, 'priya', (pass) => (isHolding ? held.push(pass) : pass()));
    await person.say('is this on?');
    const row = person.page.locator('.message.waiting');
    await row.getByText('···').waitFor();
    await row.evaluate((element) => element.setAttribute('data-seen', 'yes'));
    expect(await person.input.inputValue()).toBe('');
    isHolding = false;
    for (const pass of held) pass();
    const stored = person.page.locator('.message[data-seen=yes]:not(.waiting)');
    await stored.getByText(/^\d\d:\d\d$/).waitFor();
    expect(await person.page.locator('.message').count()).toBe(1);
    await person.page.context().close();
  });

  it('a reload keeps session, room, log and draft', async () => {
    await mira.input.fill('half a thou');
    await mira.page.reload();
    await isLive(mira);
    await inRoom(mira.page, 'plates');
    await mira.sees([...TALK, 'my own', 'theirs']);
    expect(await mira.input.inputValue()).toBe('half a thou');
    await mira.input.fill('');
  });

  it('others see who is typing', async () => {
    await juno.input.pressSequentially('so');
    await mira.page.locator('.status-bar').getByText('juno is typing').waitFor();
    await juno.input.fill('');
  });

  it('a person with two tabs is listed once, and goes offline when both are closed', async () => {
    const second = await juno.page.context().newPage();
    await second.goto(server.url);
    await isLive(personAt(second, 'juno'));
    const rows = mira.page.locator('.people li').filter({ hasText: 'juno' });
    expect(await rows.count()).toBe(1);
    await mira.page.locator('.count-bar').getByText('2/2 online').waitFor();
    await second.close();
    await juno.say('still here');
    await mira.page.locator('.words').getByText('still here').waitFor();
    expect(await rows.locator('.dot:not(.hollow)').count()).toBe(1);

    const url = juno.page.url();
    await juno.page.goto('about:blank');
    await mira.page.locator('.count-bar').getByText('1/2 online').waitFor();
    expect(await rows.count()).toBe(1);
    await juno.page.goto(url);
    await mira.page.locator('.count-bar').getByText('2/2 online').waitFor();
    await isLive(juno);
  });

  it('unread messages are counted, marked by a line, and read once they were in sight', async () => {
    await createRoom(juno, 'tides');
    for (const text of ['one', 'two', 'mira: three']) await mira.say(text);
    const row = roomRow(juno, 'plates');
    await row.getByText('3', { exact: true }).waitFor();
    await until('the title counts', async () => (await juno.page.title()).startsWith('(3) #tides — '));
    await mira.say('juno: four');
    await row.getByText('!1', { exact: true }).waitFor();
    await until('the title counts the mention', async () =>
      (await juno.page.title()).startsWith('(!1) #tides — '),
    );

    await row.click();
    await juno.page
      .locator('.unread-line')
      .getByText(/^4 new since \d\d:\d\d$/)
      .waitFor();
    const [line, first] = await juno.page
      .locator('.unread-line, .unread-line + .message .words')
      .allTextContents();
    expect([line?.slice(0, 5), first]).toEqual(['4 new', 'one']);
    await until(
      'the count disappears',
      async () => (await row.locator('.count').textContent())?.trim() === '',
    );
    await juno.page.reload();
    await isLive(juno);
    await inRoom(juno.page, 'plates');
    expect((await row.locator('.count').textContent())?.trim()).toBe('');
    expect(await juno.page.locator('.unread-line').count()).toBe(0);
  });

  it('a leave is shown to those who stay, and the room disappears for the one who left', async () => {
    await juno.say('/part #plates');
    await mira.page
      .locator('.notice')
      .getByText(/^juno left \(/)
      .waitFor();
    await until('the room is gone', async () => (await roomRow(juno, 'plates').count()) === 0);
    await juno.say('/join plates');
    await inRoom(juno.page, 'plates');
  });

  it('signing out shows the form and leaves nothing of the session', async () => {
    await juno.say('/logout');
    await juno.page.getByRole('button', { name: 'sign in' }).waitFor();
    await juno.page.reload();
    await juno.page.getByRole('button', { name: 'sign in' }).waitFor();
    await fillSignForm(juno.page, 'juno', PASSWORD);
    await isLive(juno);
  });
});

/** A person in a room of their own. From then on `relay` gets the socket's answers and decides when to pass them on. */
async function signUpBehind(
  browser: Browser,
  name: string,
  relay: (pass: () => void) => void,
): Promise<Person> {
  const person = await signUp(browser, server.url, name);
  await createRoom(person, `room-of-${name}`);
  await person.page.routeWebSocket('**/v1/socket', (socket) => {
    const far = socket.connectToServer();
    far.onMessage((text) => {
      const isAnswer = String(text).includes('"type":"ok"') || String(text).includes('"type":"message"');
      if (isAnswer) relay(() => socket.send(text));
      else socket.send(text);
    });
  });
  await person.page.reload();
  await isLive(person);
  return person;
}
