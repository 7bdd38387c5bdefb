/** What one does with messages: change, take away, answer and react, by keyboard, pointer and touch. */
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
/** The row whose own words hold `text`; a quote in another one does not count. */
const row = ({ page }: Person, text: string) =>
  page.locator('.message').filter({ has: page.locator('.words', { hasText: text }) });
const menu = (person: Person) => person.page.getByRole('dialog');

describe('one’s own messages', () => {
  it('Ctrl+Up brings the last one into the input, Enter saves it, and both see the new text', async () => {
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

  it('Esc ends an edit: the draft is back, nothing was sent, and what was typed is one Up away', async () => {
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

  it('a command is nothing that a message can be edited to, and stays in the input', async () => {
    await press('Control+ArrowUp');
    await mira.input.fill('/part');
    await press('Enter');
    await mira.page.locator('.local.wrong').getByText('You are editing a message').waitFor();
    expect(await mira.input.inputValue()).toBe('/part');
    await press('Escape');
    await mira.say('/clear');
    await until('the lines are gone', async () => (await mira.page.locator('.local').count()) === 0);
  });

  it('/me says what one does, and /delete takes the last message away for everyone', async () => {
    await mira.say('/me tapes the flap');
    await juno.page.locator('.message.action').getByText('tapes the flap').waitFor();
    expect(await row(juno, 'tapes the flap').locator('.actor').textContent()).toBe('mira');
    await mira.say('/delete');
    await juno.sees(['the flap has no hinges (edited)', 'message deleted']);
    await mira.sees(['the flap has no hinges (edited)', 'message deleted']);
  });

  it('an edit that the server refuses says so, and the text stays', async () => {
    await press('Control+ArrowUp');
    await mira.input.fill('x'.repeat(8_001));
    await press('Enter');
    await mira.page.locator('.local.wrong').getByText('Not edited').waitFor();
    expect(await mira.input.inputValue()).toHaveLength(8_001);
    await press('Escape');
    await mira.say('/clear');
  });
});

describe('others’ messages', () => {
  it('by keyboard alone: into the log, onto a message, answer it', async () => {
    await juno.say('number nine has a **trail** across it');
    await row(mira, 'number nine').waitFor();
    await press('Control+Shift+F6');
    expect(await mira.page.evaluate(() => document.activeElement?.id)).toBe('people');
    await press('Control+Shift+F6');
    expect(await mira.page.evaluate(() => document.activeElement?.className)).toBe('log');
    await press('ArrowUp');
    await until('the cursor is there', async () =>
      row(mira, 'number nine').evaluate((element) => element === document.activeElement),
    );
    await press('Enter');
    await menu(mira).getByRole('button', { name: 'reply' }).waitFor();
    await press('r');
    await mira.page.locator('.composing').getByText('juno: number nine has a trail across it').waitFor();
    await mira.page.keyboard.type('mask it');
    await press('Enter');
    await until('the line is over', async () => (await mira.page.locator('.composing').count()) === 0);
    const answered = row(juno, 'mask it').locator('.answered');
    await answered.getByText('juno: number nine has a trail across it').waitFor();
  });

  it('the quote leads to the message', async () => {
    await row(juno, 'mask it').locator('.answered').click();
    await until('it is marked', async () => (await juno.page.locator('.message.found').count()) === 1);
    expect(await juno.page.locator('.message.found .words').textContent()).toContain('number nine');
  });

  it('a reaction is counted, and pressing it takes one’s own off', async () => {
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

  it('any emoji can be typed, and what is none is refused', async () => {
    await row(juno, 'number nine').hover();
    await row(juno, 'number nine').getByRole('button', { name: 'more' }).click();
    const other = menu(juno).getByLabel('another emoji');
    await other.fill('no');
    await other.press('Enter');
    await menu(juno).getByText('That is not one emoji.').waitFor();
    await other.fill('🛰️');
    await other.press('Enter');
    await row(mira, 'number nine').locator('.reactions').getByText('🛰️ 1').waitFor();
  });

  it('members cannot delete others’ messages; who made the room can, and is asked', async () => {
    await row(juno, 'mask it').hover();
    await row(juno, 'mask it').getByRole('button', { name: 'more' }).click();
    expect(await menu(juno).locator('.act').allTextContents()).toEqual(['reply', 'report', 'copy text']);
    await juno.page.keyboard.press('Escape');

    await row(mira, 'number nine').hover();
    await row(mira, 'number nine').getByRole('button', { name: 'more' }).click();
    await menu(mira).getByRole('button', { name: 'delete' }).click();
    await menu(mira).getByRole('button', { name: 'delete it' }).click();
    await until('the text is gone', async () => (await juno.page.getByText('number nine').count()) === 0);
    // The answer keeps its place, and says no more what it answered.
    await row(juno, 'mask it').waitFor();
    expect(await row(juno, 'mask it').locator('.answered').count()).toBe(0);
  });
});

it('on a phone a press on a message opens what can be done with it', async () => {
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
