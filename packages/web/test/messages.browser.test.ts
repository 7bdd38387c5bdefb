/** Editing, deleting, replying and reacting, by keyboard, pointer and touch. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, PHONE } from './chromium.ts';
import { createRoom, inRoom, joinRoom, type Person, signUp } from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  await createRoom(mira, 'plates');
  await joinRoom(juno, 'plates');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await mira.page.keyboard.press(key);
};
/** The row whose own text contains `text`. Quotes don't count. */
const row = ({ page }: Person, text: string) =>
  page.locator('.message').filter({ has: page.locator('.words', { hasText: text }) });
const menu = (person: Person) => person.page.getByRole('dialog');

/** The text of the row that has the keyboard; null when the focus is elsewhere. */
const focused = ({ page }: Person) =>
  page.evaluate(
    () => document.activeElement?.closest('.log li')?.querySelector('.words')?.textContent ?? null,
  );

describe('the keyboard in the log', () => {
  it('returns to the row after each action of its menu', async () => {
    await createRoom(mira, 'cursor');
    for (const text of ['first', 'second', 'third']) await mira.say(text);
    await mira.sees(['first', 'second', 'third']);
    await until('all are stored', async () => (await mira.page.locator('.waiting').count()) === 0);
    await press('Control+F6', 'Control+F6', 'ArrowUp', 'ArrowUp');
    const isBack = async (text: string) => (await focused(mira)) === text;
    await until('the cursor is in the log', () => isBack('second'));
    await press('Enter', 'Escape');
    await until('closing the menu returns', () => isBack('second'));
    await press('Enter', 'e');
    await until('the edit has begun', async () => (await mira.input.inputValue()) === 'second');
    await press('Escape');
    await until('cancelling an edit returns', () => isBack('second'));
    await press('Enter', 'Shift+Tab', 'Shift+Tab', 'Space');
    await row(mira, 'second').locator('.reactions').waitFor();
    await until('a reaction returns', () => isBack('second'));
    await press('Enter', 'd', 'Enter');
    await mira.sees(['first', 'message deleted', 'third']);
    await until('a deletion returns', () => isBack('message deleted'));
    await press('ArrowDown');
    await until('the cursor goes on from there', () => isBack('third'));
    await mira.page.locator('.rooms').getByText('plates', { exact: true }).click();
    await inRoom(mira.page, 'plates');
  });
});

describe('own messages', () => {
  it('Ctrl+Up edits the last one, Enter saves it, and both people see the new text', async () => {
    await mira.say('the flap has hinges');
    await juno.sees(['the flap has hinges']);
    await mira.input.fill('a draft');
    await press('Control+ArrowUp');
    expect(await mira.input.inputValue()).toBe('the flap has hinges');
    await mira.page.getByText('editing your message').waitFor();
    await mira.input.fill('the flap has no hinges');
    await press('Enter');
    await juno.sees(['the flap has no hinges (edited)']);
    await mira.sees(['the flap has no hinges (edited)']);
    await until('the draft is back', async () => (await mira.input.inputValue()) === 'a draft');
  });

  it('Esc cancels an edit: the draft returns, nothing is sent, and Up recalls the edited text', async () => {
    await press('Control+ArrowUp');
    await mira.input.fill('something else');
    await press('Escape');
    expect(await mira.input.inputValue()).toBe('a draft');
    await press('ArrowUp');
    expect(await mira.input.inputValue()).toBe('something else');
    await press('ArrowDown');
    await mira.input.fill('');
    await juno.sees(['the flap has no hinges (edited)']);
  });

  it('a command is rejected during an edit and stays in the input', async () => {
    await press('Control+ArrowUp');
    await mira.input.fill('/part');
    await press('Enter');
    await mira.page.locator('.local.wrong').getByText("you're editing a message").waitFor();
    expect(await mira.input.inputValue()).toBe('/part');
    await press('Escape');
    await mira.say('/clear');
    await until('the lines are gone', async () => (await mira.page.locator('.local').count()) === 0);
  });

  it('/me sends an action, and /delete deletes the last message for everyone', async () => {
    await mira.say('/me tapes the flap');
    await juno.page.locator('.message.action').getByText('tapes the flap').waitFor();
    expect(await row(juno, 'tapes the flap').locator('.actor').textContent()).toBe('mira');
    await mira.say('/delete');
    await juno.sees(['the flap has no hinges (edited)', 'message deleted']);
    await mira.sees(['the flap has no hinges (edited)', 'message deleted']);
  });

  it('an edit that the server rejects is reported, and the text stays', async () => {
    await press('Control+ArrowUp');
    await mira.input.fill('x'.repeat(8_001));
    await press('Enter');
    await mira.page.locator('.local.wrong').getByText("Couldn't save the edit").waitFor();
    expect(await mira.input.inputValue()).toHaveLength(8_001);
    await press('Escape');
    await mira.say('/clear');
  });

  it('keys after Enter belong to the next message while an edit is being saved, also if that fails', async () => {
    let answer = () => {};
    const isAsked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const url = /\/messages\/\d+$/;
    await mira.page.route(url, async (route) => {
      await isAsked;
      await route.abort();
    });
    await press('Control+ArrowUp');
    await mira.input.fill('the flap is shut');
    await press('Enter');
    await mira.page.keyboard.type('and the dome');
    await press('Enter');
    await row(juno, 'and the dome').waitFor();
    await mira.page.keyboard.type('next');
    answer();
    await mira.page.locator('.local.wrong').getByText("Couldn't save the edit").waitFor();
    expect(await mira.input.inputValue()).toBe('next');
    await press('ArrowUp');
    expect(await mira.input.inputValue()).toBe('the flap is shut');
    await mira.page.unroute(url);
    await mira.input.fill('');
    await mira.say('/clear');
  });
});

describe('messages of others', () => {
  it('can be replied to by keyboard alone', async () => {
    await juno.say('number nine has a **trail** across it');
    await row(mira, 'number nine').waitFor();
    await press('Control+Shift+F6');
    expect(await mira.page.evaluate(() => document.activeElement?.id)).toBe('people');
    await press('Control+Shift+F6');
    expect(await mira.page.evaluate(() => document.activeElement?.className)).toBe('log');
    await press('ArrowUp');
    await until('the message has the focus', async () =>
      row(mira, 'number nine').evaluate((element) => element === document.activeElement),
    );
    await press('Enter');
    await menu(mira).getByRole('button', { name: 'reply' }).waitFor();
    await press('r');
    await mira.page.locator('.composing').getByText('juno: number nine has a trail across it').waitFor();
    await mira.page.keyboard.type('mask it');
    await press('Enter');
    await until('the reply is sent', async () => (await mira.page.locator('.composing').count()) === 0);
    const quote = row(juno, 'mask it').locator('.quote');
    await quote.getByText('juno: number nine has a trail across it').waitFor();
  });

  it('are opened by their quote', async () => {
    await row(juno, 'mask it').locator('.quote').click();
    await until('it is highlighted', async () => (await juno.page.locator('.message.found').count()) === 1);
    expect(await juno.page.locator('.message.found .words').textContent()).toContain('number nine');
  });

  it('count reactions, and a click removes the own one', async () => {
    await row(mira, 'mask it').waitFor();
    await row(juno, 'mask it').hover();
    await row(juno, 'mask it').getByRole('button', { name: 'more' }).click();
    await menu(juno).getByRole('button', { name: '🎉' }).click();
    const reaction = row(mira, 'mask it').locator('.reactions button');
    await reaction.getByText('🎉 1').waitFor();
    expect(await reaction.getAttribute('aria-pressed')).toBe('false');
    await reaction.click();
    await row(juno, 'mask it').locator('.reactions .mine').getByText('🎉 2').waitFor();
    await reaction.getByText('🎉 2').waitFor();
    expect(await reaction.getAttribute('aria-pressed')).toBe('true');
    await reaction.click();
    await row(juno, 'mask it').locator('.reactions').getByText('🎉 1').waitFor();
  });

  it('accept any typed emoji and reject other text', async () => {
    await row(juno, 'number nine').hover();
    await row(juno, 'number nine').getByRole('button', { name: 'more' }).click();
    const other = menu(juno).getByLabel('another emoji');
    await other.fill('no');
    await other.press('Enter');
    await menu(juno).getByText('Type a single emoji.').waitFor();
    await other.fill('🛰️');
    await other.press('Enter');
    await row(mira, 'number nine').locator('.reactions').getByText('🛰️ 1').waitFor();
  });

  it('can be deleted by the room’s owner after a confirmation, and not by members', async () => {
    await row(juno, 'mask it').hover();
    await row(juno, 'mask it').getByRole('button', { name: 'more' }).click();
    expect(await menu(juno).locator('.act').allTextContents()).toEqual(['reply', 'report', 'copy text']);
    expect(await menu(juno).locator('.act b').allTextContents()).toEqual(['r', 'e', 'c']);
    await juno.page.keyboard.press('Escape');

    await row(mira, 'number nine').hover();
    await row(mira, 'number nine').getByRole('button', { name: 'more' }).click();
    await menu(mira).getByRole('button', { name: 'delete' }).click();
    await menu(mira).getByRole('button', { name: 'delete it' }).click();
    await until('the text is gone', async () => (await juno.page.getByText('number nine').count()) === 0);
    // The reply stays, without its quote.
    await row(juno, 'mask it').waitFor();
    expect(await row(juno, 'mask it').locator('.quote').count()).toBe(0);
  });
});

it('on a phone a tap on a message opens its menu', async () => {
  const hal = await signUp(browser, server.url, 'hal', { viewport: PHONE, isMobile: true, hasTouch: true });
  await hal.input.fill('/join plates');
  await hal.page.getByRole('button', { name: 'send' }).tap();
  await inRoom(hal.page, 'plates');
  await row(hal, 'mask it').locator('.words').tap();
  await menu(hal).getByRole('button', { name: '👍' }).tap();
  await row(hal, 'mask it').locator('.reactions .mine').getByText('👍 1').waitFor();
  const box = await row(hal, 'mask it').locator('.reactions .mine').boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  await hal.page.context().close();
});
