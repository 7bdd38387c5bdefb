/** Search for messages, and the switcher for rooms, people and commands. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, inRoom, isLive, joinRoom, PASSWORD, type Person, signUp } from './person.ts';

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
  await mira.say('the first needle lies here');
  await juno.sees(['the first needle lies here']);
  await post(
    'plates',
    Array.from({ length: 300 }, (_, index) => `straw ${index}`),
  );
  await post('plates', ['another needle, in **bold**']);
  await createRoom(mira, 'tides');
}, 90_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Sends many messages as mira, over HTTP. */
async function post(room: string, texts: string[]): Promise<void> {
  const ask = async (path: string, body?: object, token?: string) => {
    const response = await fetch(`${server.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const { accessToken } = (await ask('/v1/auth/login', { login: 'mira', password: PASSWORD })) as {
    accessToken: string;
  };
  const { rooms } = (await ask('/v1/rooms', undefined, accessToken)) as {
    rooms: { id: number; name: string }[];
  };
  const roomId = rooms.find(({ name }) => name === room)?.id;
  for (const content of texts) await ask(`/v1/rooms/${roomId}/messages`, { content }, accessToken);
}

const panel = ({ page }: Person, name: string) => page.getByRole('dialog', { name });

/** Searches until `count` messages are found. A message is indexed a moment after it was sent. */
async function finds({ page }: Person, words: string, count: number): Promise<void> {
  await until(`${count} are found`, async () => {
    const field = page.getByLabel('words');
    await field.fill(`${words} `);
    await field.fill(words);
    await page
      .locator('#search-note')
      .getByText(/found|No match/)
      .waitFor();
    if ((await page.locator('.hit').count()) === count) return true;
    await field.fill('');
    await field.press('Enter');
    await field.fill(words);
    await field.press('Enter');
    return false;
  });
}

describe('search', () => {
  it('/search finds messages in all rooms, newest first, and marks the matches', async () => {
    await mira.say('/search needle');
    await finds(mira, 'needle', 2);
    expect(await mira.page.locator('.hit-line').allTextContents()).toEqual([
      'mira another needle, in **bold**',
      'mira the first needle lies here',
    ]);
    expect(await mira.page.locator('.hit mark').allTextContents()).toEqual(['needle', 'needle']);
    expect(await mira.page.locator('.hit').nth(1).locator('.hit-context').textContent()).toBe('mira straw 0');
  });

  it('a hit opens its message far back, by keyboard, and the log continues from there to the newest', async () => {
    await mira.page.keyboard.press('ArrowDown');
    await mira.page.keyboard.press('Enter');
    await inRoom(mira.page, 'plates');
    await until('the message is highlighted and in sight', async () =>
      mira.page
        .locator('.message.found')
        .evaluateAll(
          ([row]) =>
            row?.textContent.includes('the first needle') &&
            row.getBoundingClientRect().top > 0 &&
            row.getBoundingClientRect().bottom < innerHeight,
        ),
    );
    await until('everything in between loads by scrolling', async () => {
      await mira.page.locator('.log').evaluate((log) => log.scrollBy(0, 600));
      const texts = await mira.texts();
      return texts.includes('another needle, in bold');
    });
    expect(await mira.page.locator('.hole').count()).toBe(0);
    const straws = (await mira.texts()).filter((text) => text.startsWith('straw '));
    const numbers = straws.map((text) => Number(text.slice('straw '.length)));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it('a filter narrows the result; a wrong filter is named, and nothing typed is lost', async () => {
    await mira.page.keyboard.press('Control+Shift+F');
    const field = panel(mira, 'search').getByLabel('words');
    await field.fill('needle before:soon');
    await field.press('Enter');
    await mira.page
      .locator('#search-note.wrong')
      .getByText(/before: needs a day/i)
      .waitFor();
    expect(await field.inputValue()).toBe('needle before:soon');
    await field.fill('needle in:#tides');
    await field.press('Enter');
    await mira.page.locator('#search-note').getByText('No match.').waitFor();
    await mira.page.keyboard.press('Escape');
  });

  it('after a reload, a room that was opened by a hit starts at its end', async () => {
    await mira.page.reload();
    await isLive(mira);
    await mira.page.locator('.words').getByText('another needle').waitFor();
  });
});

describe('Ctrl+K', () => {
  it('opens a room by a few letters or its number', async () => {
    await mira.page.keyboard.press('Control+k');
    await mira.page.getByRole('dialog').waitFor();
    await mira.page.keyboard.type('tid');
    await mira.page.keyboard.press('Enter');
    await inRoom(mira.page, 'tides');
    await mira.page.keyboard.press('Control+k');
    await mira.page.keyboard.type('1');
    await mira.page.keyboard.press('Enter');
    await until(
      'room 1 is open',
      async () => (await mira.page.locator('.room-row[aria-current] .number').textContent()) === '1',
    );
  });

  it('opens a direct room with a person', async () => {
    await mira.page.keyboard.press('Control+k');
    await mira.page.keyboard.type('pla');
    await mira.page.keyboard.press('Enter');
    await inRoom(mira.page, 'plates');
    await mira.page.keyboard.press('Control+k');
    await mira.page.keyboard.type('@jun');
    await panel(mira, 'go to').getByText('@juno').waitFor();
    await mira.page.keyboard.press('Enter');
    await mira.page.getByRole('heading', { name: 'juno', exact: true }).waitFor();
  });

  it('writes a command into the input', async () => {
    await mira.page.keyboard.press('Control+k');
    await mira.page.keyboard.type('/top');
    await mira.page.keyboard.press('Enter');
    await until('the command is in the input', async () => (await mira.input.inputValue()) === '/topic ');
    expect(await mira.input.evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
