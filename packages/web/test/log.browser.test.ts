/** Reading: history, the scroll position, new messages below, the read mark. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { firstInSight, firstRowIsNamed, followOneLine, isAtEnd, isAtTop, lineNumbers } from './log-probes.ts';
import { createRoom, inRoom, isLive, joinRoom, type Person, roomRow, signUp } from './person.ts';

const HISTORY = 600;
const ROWS_MAX = 400;

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  await createRoom(mira, 'old');
  await sayMany('line', HISTORY);
  await joinRoom(juno, 'old');
  await createRoom(juno, 'elsewhere');
  await roomRow(juno, 'old').click();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('history', () => {
  it('scrolls up to the first message, with at most 400 rows, each once and in order', async () => {
    await juno.page.locator('.words').getByText(`line ${HISTORY}`, { exact: true }).waitFor();
    const seen = new Set<string>();
    let most = 0;
    await until('the first message is reached', async () => {
      await juno.page.keyboard.press('PageUp');
      const rows = await juno.page.locator('.log li').allTextContents();
      most = Math.max(most, rows.length);
      const numbers = await lineNumbers(juno.page);
      for (const number of numbers) seen.add(String(number));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
      return numbers[0] === 1 && (await isAtTop(juno.page));
    });
    expect(most).toBeLessThanOrEqual(ROWS_MAX);
    expect(seen.size).toBe(HISTORY);
    expect(await juno.page.locator('.log .day').count()).toBe(1);
  });

  it('scrolls down again to the end', async () => {
    await until('the end is reached', async () => {
      await juno.page.keyboard.press('PageDown');
      return (await lineNumbers(juno.page)).at(-1) === HISTORY && (await isAtEnd(juno.page));
    });
    await juno.page.keyboard.press('Control+Home');
    await until('the beginning', () => isAtTop(juno.page));
    await juno.page.getByRole('button', { name: /^\d+ more below Ctrl\+End$/ }).waitFor();
    await juno.page.keyboard.press('Control+End');
    await until('the end', () => isAtEnd(juno.page));
    await until('nothing is below', async () => (await juno.page.locator('.log-below').count()) === 0);
  });

  it('keeps the visible lines in place, to the pixel, while older ones load above', async () => {
    await juno.page.reload();
    await isLive(juno);
    await juno.page.locator('.words').getByText(`line ${HISTORY}`, { exact: true }).waitFor();
    const drifts = await juno.page.evaluate(followOneLine);
    expect(drifts.length).toBeGreaterThan(3);
    expect(drifts.filter((drift) => drift !== 0)).toEqual([]);
  });
});

describe('the first row in sight', () => {
  it('shows author and time even within a group, and moves nothing', async () => {
    await juno.page.keyboard.press('Control+End');
    await until('the end', () => isAtEnd(juno.page));
    await juno.page.keyboard.press('PageUp');
    await until('one row is marked, and shows author and time', () => juno.page.evaluate(firstRowIsNamed));
    const heights = await juno.page.evaluate(() => {
      const row = document.querySelector('.message.at-top');
      const height = () => row?.getBoundingClientRect().height;
      const marked = height();
      row?.classList.remove('at-top');
      return [marked, height()];
    });
    expect(heights[0]).toBe(heights[1]);
  });
});

describe('the end', () => {
  it('is followed while it is visible', async () => {
    await juno.page.keyboard.press('Control+End');
    await until('the end', () => isAtEnd(juno.page));
    for (const text of ['a', 'b', 'c']) await mira.say(text);
    await juno.page.locator('.words').getByText('c', { exact: true }).waitFor();
    await until('the end is followed', () => isAtEnd(juno.page));
  });

  it('is not followed further up: a pill counts new messages, and shows a mention', async () => {
    await juno.page.keyboard.press('PageUp');
    await juno.page.keyboard.press('PageUp');
    await until('the end is out of sight', async () => !(await isAtEnd(juno.page)));
    const top = await firstInSight(juno.page);
    for (const text of ['d', 'e', 'juno: f']) await mira.say(text);
    const pill = juno.page.getByRole('button', { name: '3 new below' });
    await pill.waitFor();
    expect(await pill.getAttribute('class')).toContain('mention');
    expect(await firstInSight(juno.page)).toEqual(top);
    await pill.click();
    await until('the end', () => isAtEnd(juno.page));
    expect(await pill.count()).toBe(0);
  });

  it('is shown again after an own message', async () => {
    await juno.page.keyboard.press('PageUp');
    await juno.page.keyboard.press('PageUp');
    await until('the end is out of sight', async () => !(await isAtEnd(juno.page)));
    await juno.say('mine');
    await until('the end', () => isAtEnd(juno.page));
  });
});

describe('the read mark', () => {
  it('a room with more than a screen of unread messages opens at the first one', async () => {
    await until('all is read', async () => (await countOf(juno, 'old')) === '');
    await roomRow(juno, 'elsewhere').click();
    await sayMany('news', 100);
    await until('they are counted', async () => (await countOf(juno, 'old')) === '100');
    await roomRow(juno, 'old').click();
    const line = juno.page.locator('.unread-line').getByText(/^100 new since/);
    await line.waitFor();
    const [box, log] = await Promise.all([line.boundingBox(), juno.page.locator('.log').boundingBox()]);
    expect(Math.abs((box?.y ?? 0) - (log?.y ?? 0))).toBeLessThanOrEqual(2 * 20);
    await juno.page.getByRole('button', { name: '100 new below' }).waitFor();
    // Only messages that were in sight are read by now.
    await until('some are read', async () => Number(await countOf(juno, 'old')) < 100);
    expect(Number(await countOf(juno, 'old'))).toBeGreaterThan(50);
    await juno.page.keyboard.press('Control+End');
    await until('all are read', async () => (await countOf(juno, 'old')) === '');
    await juno.page.keyboard.press('Alt+u');
    await line.waitFor();
    await until('the line is in sight', async () => (await line.boundingBox())?.y === box?.y);
    await juno.page.keyboard.press('Escape');
    await juno.page.keyboard.press('Escape');
    await until('Esc removes the line', async () => (await line.count()) === 0);
  });

  it('a room that is left while it loads shows no pill afterwards', async () => {
    await juno.page.keyboard.press('Control+End');
    await until('all is read', async () => (await countOf(juno, 'old')) === '');
    await roomRow(juno, 'elsewhere').click();
    await mira.say('later');
    await until('it is counted', async () => (await countOf(juno, 'old')) === '1');
    await juno.page.reload();
    await isLive(juno);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await juno.page.route(/\/messages\?/, async (route) => {
      await held;
      await route.continue();
    });
    await roomRow(juno, 'old').click();
    await inRoom(juno.page, 'old');
    await roomRow(juno, 'elsewhere').click();
    await inRoom(juno.page, 'elsewhere');
    const answered = juno.page.waitForResponse(/\/messages\?/);
    release();
    await answered;
    await juno.page.unroute(/\/messages\?/);
    await juno.say('nothing is below');
    await juno.page.locator('.words').getByText('nothing is below', { exact: true }).waitFor();
    expect(await juno.page.locator('.log-below').count()).toBe(0);
    await roomRow(juno, 'old').click();
    await until('it is read', async () => (await countOf(juno, 'old')) === '');
  });

  it('does not move while nobody watches', async () => {
    await juno.page.evaluate(() => {
      document.hasFocus = () => false;
      window.dispatchEvent(new Event('blur'));
    });
    await mira.say('unseen');
    await juno.page.locator('.words').getByText('unseen', { exact: true }).waitFor();
    await juno.page
      .locator('.unread-line')
      .getByText(/^1 new since/)
      .waitFor();
    await until('it is counted', async () => (await countOf(juno, 'old')) === '1');
    await juno.page.evaluate(() => {
      document.hasFocus = () => true;
      window.dispatchEvent(new Event('focus'));
    });
    await until('it is read', async () => (await countOf(juno, 'old')) === '');
    expect(await juno.page.locator('.unread-line').count()).toBe(1);
  });
});

/** Sends `word 1` to `word n` in mira's open room, as fast as the page accepts them, and waits until all are stored. */
async function sayMany(word: string, count: number): Promise<void> {
  await mira.page.evaluate(
    async ([text, total]) => {
      const field = document.querySelector<HTMLTextAreaElement>('.composer textarea');
      if (field === null) throw new Error('there is no input');
      for (let next = 1; next <= total; next++) {
        field.value = `${text} ${next}`;
        field.dispatchEvent(new KeyboardEvent('keydown', { code: 'Enter', key: 'Enter', bubbles: true }));
        // The input accepts a line within a few turns of the event loop. No frame is needed in between.
        while (field.value !== '') await null;
      }
    },
    [word, count] as const,
  );
  await until('all are stored', async () => {
    const last = mira.page.locator('.message').last();
    const isLast = (await last.locator('.words').textContent()) === `${word} ${count}`;
    return isLast && (await mira.page.locator('.waiting').count()) === 0;
  });
}

async function countOf(person: Person, room: string): Promise<string> {
  return (await roomRow(person, room).locator('.count [aria-hidden]').textContent()) ?? '';
}
