/** Reads the log on a page: positions, scrolling and contents. */
import type { Page } from 'playwright-core';

/** The numbers of the messages `line 1`, `line 2` and so on, in the order of the log. */
export async function lineNumbers(page: Page): Promise<number[]> {
  const texts = await page.locator('.message .words').allTextContents();
  return texts.flatMap((text) => (text.startsWith('line ') ? [Number(text.slice(5))] : []));
}

/** Whether the log is scrolled to its beginning. */
export function isAtTop(page: Page): Promise<boolean> {
  return page.locator('.log').evaluate((log) => log.scrollTop === 0);
}

/** Whether the log is scrolled to its end. */
export function isAtEnd(page: Page): Promise<boolean> {
  return page.locator('.log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight <= 1);
}

/** The first visible message and its position. */
export function firstInSight(page: Page): Promise<{ text: string | null; top: number } | null> {
  return page.locator('.log').evaluate((log) => {
    const { top } = log.getBoundingClientRect();
    const row = [...log.querySelectorAll('.message')].find((each) => each.getBoundingClientRect().top >= top);
    return row ? { text: row.textContent, top: row.getBoundingClientRect().top } : null;
  });
}

/** Runs in the page. Whether the first wholly visible row shows nick and time although it continues a group. */
export function firstRowIsNamed(): boolean {
  const top = document.querySelector('.log')?.getBoundingClientRect().top ?? 0;
  const rows = [...document.querySelectorAll('.log li')];
  const row = rows.find((each) => each.getBoundingClientRect().top >= top);
  const isSeen = (part: string) => {
    const found = row?.querySelector(part);
    return found != null && getComputedStyle(found).color !== 'rgba(0, 0, 0, 0)';
  };
  return row?.matches('.continued') === true && isSeen('.nick') && isSeen('time');
}

/**
 * Runs in the page. Scrolls up step by step, and measures by how many pixels the line in the middle of the screen moves when rows are
 * loaded above it. At the top it waits for them.
 */
export async function followOneLine(): Promise<number[]> {
  const log = document.querySelector('.log');
  if (log === null) throw new Error('there is no log');
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const drifts: number[] = [];
  for (let frames = 0; frames < 3_000 && drifts.length < 5; frames++) {
    if (log.scrollTop > 0) log.scrollTop -= 300;
    const { left, top, width, height } = log.getBoundingClientRect();
    const line = document.elementFromPoint(left + width / 2, top + height / 2)?.closest('li');
    const before = line?.getBoundingClientRect().top;
    const first = log.querySelector('li');
    await nextFrame();
    await nextFrame();
    if (line && before !== undefined && log.querySelector('li') !== first) {
      drifts.push(line.getBoundingClientRect().top - before);
    }
  }
  return drifts;
}
