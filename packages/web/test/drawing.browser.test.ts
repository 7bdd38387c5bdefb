/** Drawing under load, counted in changes of the document, and over time. The scripted server and clock make it exact. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage } from './chromium.ts';
import { ROOM_ID, type Stage, setStage } from './stage.ts';

const BURST = 500;
/** The log, the lists beside it, and the status bar can each change once a frame. */
const CHANGES_MAX = 6;

let browser: Browser;
let page: Page;
let stage: Stage;

beforeAll(async () => {
  browser = await launchChromium();
  page = await openPage(browser);
  stage = await setStage(page, true);
  await page.goto(stage.url);
  await page.getByText(/live \d+ ms/).waitFor({ state: 'attached' });
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
}, 60_000);
afterAll(() => browser.close());

it('a burst of 500 messages changes the document once a frame, not once a message', async () => {
  await countChanges();
  for (let index = 1; index <= BURST; index++) push(index);
  const before = await changes();
  await page.clock.runFor(20);
  await until('the last message is drawn', async () => (await lastText()) === `burst ${BURST}`);
  expect(before).toBe(0);
  expect(await changes()).toBeLessThanOrEqual(CHANGES_MAX);
});

it('a burst is drawn in order, and old rows are dropped', async () => {
  const texts = await page.locator('.message .words').allTextContents();
  const numbers = texts.filter((text) => text.startsWith('burst ')).map((text) => Number(text.slice(6)));
  expect(numbers).toEqual(numbers.map((_, index) => BURST - numbers.length + 1 + index));
  expect(await page.locator('.log li').count()).toBeLessThanOrEqual(400);
});

it('a key is shown before the messages that came with it are drawn', async () => {
  await countChanges();
  push(BURST + 1);
  await page.locator('.composer textarea').press('x');
  expect(await page.locator('.echo').textContent()).toContain('x');
  expect(await lastText()).toBe(`burst ${BURST}`);
  await page.clock.runFor(20);
  await until('the message is drawn', async () => (await lastText()) === `burst ${BURST + 1}`);
});

it('the first row in sight shows author and time again after it was edited', async () => {
  const top = page.locator('.message.at-top');
  const before = await top.locator('.words').textContent();
  const target = 100 + Number(before?.slice(6));
  const at = new Date(2026, 10, 20, 14, 31).toISOString();
  stage.push({
    ...{ type: 'edit', roomId: ROOM_ID, seq: 100 + BURST + 2, userId: 100, username: 'amara', at },
    ...{ target, content: 'edited' },
  });
  await page.clock.runFor(20);
  await page.locator('.message .words').getByText('edited (edited)', { exact: true }).waitFor();
  expect(await top.locator('.words').textContent()).toBe('edited (edited)');
});

it('the end of a mute is told, and its marks go', async () => {
  const now = await page.evaluate(() => Date.now());
  const [at, end] = [now, now + 3_000].map((ms) => new Date(ms).toISOString());
  stage.push({
    ...{ type: 'mute', roomId: ROOM_ID, seq: 100 + BURST + 3, userId: 100, username: 'amara', at },
    ...{ target: 1, targetUsername: 'wren', until: end },
  });
  await until('the mute is shown', async () => {
    await page.clock.runFor(20);
    return (await page.getByText(/^You're muted until /).count()) === 1;
  });
  const own = page.locator('.people li').filter({ hasText: 'wren' });
  await own.getByText('muted').waitFor();
  await page.clock.runFor(4_000);
  await page.locator('.local').getByText('Your mute in #dome has ended: you can write again.').waitFor();
  await page.clock.runFor(20);
  expect(await page.locator('.room-state').count()).toBe(0);
  expect(await own.getByText('muted').count()).toBe(0);
});

function push(index: number): void {
  const at = new Date(2026, 10, 20, 14, 30).toISOString();
  const content = `burst ${index}`;
  stage.push({
    ...{ type: 'message', roomId: ROOM_ID, seq: 100 + index, userId: 100, id: `burst-${index}`, at, content },
    username: 'amara',
  });
}

function lastText(): Promise<string | null> {
  return page.locator('.message .words').last().textContent();
}

async function countChanges(): Promise<void> {
  await page.evaluate(() => {
    const counts = { changes: 0 };
    Object.assign(window, { counts });
    new MutationObserver(() => counts.changes++).observe(document.querySelector('#page') ?? document, {
      ...{ childList: true, subtree: true, characterData: true, attributes: true },
    });
  });
}

function changes(): Promise<number> {
  return page.evaluate(() => (window as unknown as { counts: { changes: number } }).counts.changes);
}
