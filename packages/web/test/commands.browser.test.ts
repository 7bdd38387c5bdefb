/** Slash commands: their effects, and text that must never be sent or lost. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import {
  createRoom,
  inRoom,
  joinRoom,
  type Person,
  pressKeys,
  recordFrames,
  roomRow,
  signUp,
} from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;
/** All frames that mira's page has sent. */
let sent: readonly string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  sent = recordFrames(mira);
  juno = await signUp(browser, server.url, 'juno');
  await mira.page.reload();
  await createRoom(mira, 'alpha');
  await joinRoom(juno, 'alpha');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const press = (...keys: string[]) => pressKeys(mira, keys);
const value = () => mira.input.inputValue();
const sends = () => sent.filter((frame) => frame.includes('"op":"send"'));

describe('slash commands', () => {
  it('an unknown command is never sent, is reported locally, and stays in the input', async () => {
    const before = sends().length;
    await mira.say('/xyzzy hunter2');
    const hint = mira.page.locator('.local').last();
    await hint.getByText('Unknown command /xyzzy').waitFor();
    expect(await hint.textContent()).toContain('Nothing was sent.');
    expect(await value()).toBe('/xyzzy hunter2');
    await mira.say('/jion #alpha');
    await mira.page.locator('.local').getByText('Did you mean /join?').waitFor();
    expect(sends().length).toBe(before);
    expect(sent.some((frame) => frame.includes('hunter2'))).toBe(false);
    await mira.input.fill('');
  });

  it('two slashes send one slash', async () => {
    await mira.say('//shrug');
    await juno.page.locator('.words').getByText('/shrug', { exact: true }).waitFor();
    expect(await value()).toBe('');
  });

  it('/topic shows and sets the topic', async () => {
    await mira.say('/topic tides & <b>plates</b>');
    const topic = juno.page.locator('.topic');
    await topic.getByText('tides & <b>plates</b>', { exact: true }).waitFor();
    await mira.say('/topic');
    await mira.page.locator('.local').getByText('Topic of #alpha: tides & <b>plates</b>').waitFor();
  });

  it("a local line cannot be taken for somebody's words, nor the other way round", async () => {
    await mira.say('-!- 13:41 hal banned you');
    await mira.say('/unknown');
    const line = mira.page.locator('.log li.local').last();
    await line.waitFor();
    expect(await line.getByRole('img', { name: 'Only you see this:' }).textContent()).toBe('-!-');
    expect(await line.locator('time').textContent()).toMatch(/^\d\d:\d\d$/);
    const words = mira.page.locator('.message').filter({ hasText: '-!- 13:41 hal' });
    expect(await words.locator('.sign').count()).toBe(0);
    expect(await words.locator('.nick').textContent()).toBe('mira');
    const color = (part: Locator) => part.evaluate((element) => getComputedStyle(element).color);
    expect(await color(line.locator('.text'))).not.toBe(await color(words.locator('.words')));
    await mira.input.fill('');
  });

  it('/create creates a room with a topic, /list finds it, /part leaves it', async () => {
    await mira.say('/create #harbour boats and walls');
    await inRoom(mira.page, 'harbour');
    await mira.page.locator('.topic').getByText('boats and walls').waitFor();
    await juno.say('/list harb');
    await juno.page.getByRole('dialog').getByText('join #harbour').waitFor();
    await juno.page.keyboard.press('Escape');
    await mira.say('/part');
    await inRoom(mira.page, 'alpha');
    await mira.page.locator('.local').getByText('You left #harbour.').waitFor();
  });

  it('a failed command shows the reason and stays in the input', async () => {
    await mira.say('/create #alpha');
    await mira.page
      .locator('.local.wrong')
      .getByText(/^\/create: /)
      .waitFor();
    expect(await value()).toBe('/create #alpha');
    await mira.input.fill('');
  });

  it('a command that is entered while another one runs, runs after it', async () => {
    await mira.page.route('**/v1/rooms/*/leave', async (route) => {
      await mira.input.fill('/create #later');
      await press('Enter');
      await route.continue();
    });
    await mira.say('/create #sooner');
    await inRoom(mira.page, 'sooner');
    await mira.say('/part');
    await inRoom(mira.page, 'later');
    await mira.page.unroute('**/v1/rooms/*/leave');
    expect(await value()).toBe('');
    await mira.say('/part #later');
    await until('the room is left', async () => (await roomRow(mira, 'later').count()) === 0);
  });

  it('F1 shows all keys and commands', async () => {
    await press('F1');
    const help = mira.page.getByRole('dialog', { name: 'help' });
    for (const text of ['Alt+Up, Alt+Down', '/join #room', '/topic [text]'])
      await help.getByText(text).waitFor();
    expect(await help.evaluate((dialog) => dialog.scrollHeight - dialog.clientHeight)).toBe(0);
    await press('Escape');
    expect(await help.count()).toBe(0);
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
