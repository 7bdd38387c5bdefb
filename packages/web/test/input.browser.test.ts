/** The keyboard: the effect of each key in the page and in the input. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import {
  createRoom,
  inRoom,
  joinRoom,
  PASSWORD,
  type Person,
  pressKeys,
  recordFrames,
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
  for (const room of ['alpha', 'beta', 'gamma']) await createRoom(mira, room);
  await joinRoom(juno, 'alpha');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const press = (...keys: string[]) => pressKeys(mira, keys);
const value = () => mira.input.inputValue();
const sends = () => sent.filter((frame) => frame.includes('"op":"send"'));

describe('rooms by keyboard', () => {
  it('Alt+Up and Alt+Down cycle through rooms, Alt+digit opens one by number', async () => {
    await press('Alt+1');
    await inRoom(mira.page, 'alpha');
    await press('Alt+ArrowDown');
    await inRoom(mira.page, 'beta');
    await press('Alt+ArrowUp', 'Alt+ArrowUp');
    await inRoom(mira.page, 'gamma');
    await press('Alt+ArrowDown');
    await inRoom(mira.page, 'alpha');
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('each room keeps its own draft', async () => {
    await press('Alt+1');
    await mira.input.fill('for alpha');
    await press('Alt+2');
    expect(await value()).toBe('');
    await mira.input.fill('for beta');
    await press('Alt+1');
    expect(await value()).toBe('for alpha');
    await press('Alt+2');
    expect(await value()).toBe('for beta');
    await mira.input.fill('');
    await press('Alt+1');
    await mira.input.fill('');
  });

  it('keys right after a switch go to the new room', async () => {
    await press('Alt+2');
    await mira.page.evaluate(() => {
      const field = document.querySelector<HTMLTextAreaElement>('.composer textarea');
      const key = (init: KeyboardEventInit) =>
        field?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
      key({ code: 'Digit1', key: '1', altKey: true });
      field?.setRangeText('quick', 0, 0, 'end');
      field?.dispatchEvent(new InputEvent('input', { bubbles: true }));
      key({ code: 'Enter', key: 'Enter' });
    });
    await inRoom(mira.page, 'alpha');
    await juno.page.locator('.words').getByText('quick', { exact: true }).waitFor();
  });

  it('Alt+A opens the room with a mention, and returns', async () => {
    await press('Alt+3');
    await inRoom(mira.page, 'gamma');
    await juno.say('mira: are you there?');
    await mira.page.locator('.status-bar').getByText('1!').waitFor();
    await press('Alt+a');
    await inRoom(mira.page, 'alpha');
    await until(
      'the mention is read',
      async () => (await mira.page.locator('.status-bar').getByText('act:').count()) === 0,
    );
    await press('Alt+a');
    await inRoom(mira.page, 'gamma');
  });

  it('the panel filters by typing, joins with Enter (not with one of an IME), and leaves a room', async () => {
    await juno.page.getByRole('button', { name: 'join or create' }).click();
    const panel = juno.page.getByRole('dialog');
    await panel.getByText('join #gamma').waitFor();
    await juno.page.keyboard.type('gam');
    await until('two choices are left', async () => (await panel.locator('.choice').count()) === 2);
    expect(await panel.locator('.choice.selected').textContent()).toContain('1 person');
    const isLeftToInputMethod = await panel.getByLabel('room', { exact: true }).evaluate((field) => {
      const key = { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true };
      return field.dispatchEvent(new KeyboardEvent('keydown', key));
    });
    expect(isLeftToInputMethod).toBe(true);
    await juno.page.keyboard.press('Enter');
    await inRoom(juno.page, 'gamma');
    await juno.page.getByRole('button', { name: 'join or create' }).click();
    await panel.getByRole('button', { name: 'leave #gamma' }).click();
    await panel.getByText('You left #gamma.').waitFor();
    await juno.page.keyboard.press('Escape');
    await inRoom(juno.page, 'alpha');
  });
});

describe('the input', () => {
  it('Up and Down walk through sent lines, and return to the draft', async () => {
    await press('Alt+1');
    await inRoom(mira.page, 'alpha');
    await mira.say('first');
    await mira.say('second');
    await mira.input.fill('my draft');
    await press('ArrowUp');
    expect(await value()).toBe('second');
    await press('ArrowUp');
    expect(await value()).toBe('first');
    await press('ArrowDown', 'ArrowDown');
    expect(await value()).toBe('my draft');
    await press('ArrowUp', 'Escape');
    expect(await value()).toBe('my draft');
  });

  it('Up and Down move the cursor inside several lines, and walk only at the edge', async () => {
    await mira.input.fill('one\ntwo');
    await press('ArrowUp');
    expect(await value()).toBe('one\ntwo');
    await press('ArrowUp');
    expect(await value()).toBe('second');
    await press('ArrowDown');
    expect(await value()).toBe('one\ntwo');
  });

  it('a wrapped line counts as several lines', async () => {
    const long = 'word '.repeat(60);
    await mira.input.fill(long);
    await press('ArrowUp');
    expect(await value()).toBe(long);
  });

  it('Esc never deletes text', async () => {
    await mira.input.fill('precious');
    await press('Escape', 'Escape', 'Escape');
    expect(await value()).toBe('precious');
    await press('ArrowUp');
    await mira.page.keyboard.type(', edited');
    const edited = await value();
    await press('Escape', 'Escape');
    expect(await value()).toBe(edited);
    await press('ArrowDown');
    expect(await value()).toBe('precious');
  });

  it('Tab completes the last speaker first, with a colon at the start of the line, and cycles', async () => {
    await juno.say('hello');
    await mira.page.locator('.words').getByText('hello', { exact: true }).waitFor();
    await mira.input.fill('');
    await mira.page.keyboard.type('j');
    await press('Tab');
    expect(await value()).toBe('juno: ');
    await mira.page.keyboard.type('ask #b');
    await press('Tab');
    expect(await value()).toBe('juno: ask #beta ');
    await mira.input.fill('/to');
    await press('Tab');
    expect(await value()).toBe('/topic ');
    await mira.input.fill('');
  });

  it('Tab and Ctrl+K find a person of another room by display name, without its accents', async () => {
    const call = async (method: string, path: string, body: object, token = '') => {
      const headers = {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const answer = await fetch(`${server.url}/v1${path}`, { method, headers, body: JSON.stringify(body) });
      return (await answer.json()) as { accessToken: string };
    };
    const { accessToken } = await call('POST', '/auth/register', { username: 'jm-77', password: PASSWORD });
    await call('PATCH', '/me', { displayName: 'Jérémie Müller' }, accessToken);
    await call('POST', '/rooms', { name: 'elsewhere' }, accessToken);
    await mira.page.keyboard.type('@Jér');
    await press('Tab');
    await until('the name is completed', async () => (await value()) === '@jm-77 ');
    await mira.input.fill('');
    await press('Control+k');
    await mira.page.keyboard.type('muller');
    await mira.page.getByRole('dialog').getByText('@jm-77').waitFor();
    await mira.page.getByRole('dialog').getByText('Jérémie Müller').waitFor();
    await press('Escape');
  });

  it('Tab stays in an input that has text; without text, and after Esc, it leaves', async () => {
    await mira.input.fill('nobody-has-this-name');
    await press('Tab', 'Shift+Tab');
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(true);
    await mira.input.fill('');
    await mira.input.focus();
    await press('Shift+Tab');
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(false);
    await mira.input.fill('j');
    await press('Escape', 'Shift+Tab');
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(false);
    expect(await value()).toBe('j');
    await mira.input.fill('');
  });

  it('a letter typed outside of a field goes to the input', async () => {
    await mira.page.locator('.log').focus();
    await mira.page.keyboard.type('hey');
    expect(await value()).toBe('hey');
    await mira.input.fill('');
  });

  it('Shift+Enter inserts a line break, Enter sends both lines as one message', async () => {
    await mira.input.fill('roses are red');
    await press('Shift+Enter');
    await mira.page.keyboard.type('violets are blue');
    await press('Enter');
    await juno.page.locator('.words').getByText('roses are red\nviolets are blue', { exact: true }).waitFor();
    expect(await value()).toBe('');
  });

  it('Enter inside an open code fence inserts a line break', async () => {
    const before = sends().length;
    await mira.input.fill('```');
    await press('Enter');
    expect(await value()).toBe('```\n');
    await mira.page.keyboard.type('x = 1');
    await press('Enter');
    await mira.page.keyboard.type('```');
    await press('Enter');
    await until('it is sent', () => sends().length === before + 1);
    expect(await value()).toBe('');
  });

  it('Enter sends backticks that open no code block, and a block that shows a fence', async () => {
    for (const text of ['what does ``` mean?', '````\n```\n````']) {
      const before = sends().length;
      await mira.input.fill(text);
      await press('Enter');
      await until(`it is sent: ${text}`, () => sends().length === before + 1);
      expect(await value()).toBe('');
    }
  });

  it('the send button sends an open code block', async () => {
    const before = sends().length;
    await mira.input.fill('```\nx = 1');
    await mira.page.locator('form.composer').evaluate((form) => (form as HTMLFormElement).requestSubmit());
    await until('it is sent', () => sends().length === before + 1);
    expect(await value()).toBe('');
  });

  it('Enter that ends an IME composition sends nothing', async () => {
    const before = sends().length;
    await mira.input.focus();
    const devtools = await mira.page.context().newCDPSession(mira.page);
    await devtools.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
    await devtools.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      windowsVirtualKeyCode: 229,
      code: 'Enter',
      key: 'Process',
    });
    expect(await value()).toBe('にほ');
    await devtools.send('Input.insertText', { text: '日本' });
    expect(await value()).toBe('日本');
    expect(sends().length).toBe(before);
    await press('Enter');
    await until('it is sent', () => sends().length === before + 1);
    await juno.page.locator('.words').getByText('日本', { exact: true }).waitFor();
  });
});
