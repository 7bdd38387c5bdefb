/** The look of the screen: forced colours (a high-contrast theme of the system), and many people with long names. */
import type { Member } from '@banter/protocol';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, launchChromium, openPage, PHONE } from './chromium.ts';
import { setStage } from './stage.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await openPage(browser, { forcedColors: 'active' });
  const stage = await setStage(page, true);
  await page.route('**/v1/rooms/*/members*', (route) => route.fulfill({ json: { members: crowd() } }));
  await page.goto(stage.url);
  await page.getByText(/adaptive optics/).waitFor();
}, 60_000);
afterAll(() => browser.close());

/** 200 people, some with names as long as allowed. */
function crowd(): Member[] {
  return Array.from({ length: 200 }, (_, index) => ({
    ...{ userId: 100 + index, role: 'member', state: index < 90 ? 'online' : 'away' },
    username: index % 7 === 0 ? `${'a-long-name-'.repeat(2)}${index}`.padEnd(32, 'x') : `person${index}`,
  }));
}

const styleOf = (part: Locator, name: string, pseudo = '') =>
  part.evaluate((element, [property, of]) => getComputedStyle(element, of).getPropertyValue(property), [
    name,
    pseudo,
  ] as const);
const background = (part: Locator, pseudo = '') => styleOf(part, 'background-color', pseudo);

it('the open room has the colours of a selection', async () => {
  const [open, other] = [page.locator('.room-row[aria-current]'), page.locator('.room-row').first()];
  expect(await background(open)).not.toBe(await background(other));
  expect(await styleOf(open, 'color')).not.toBe(await background(open));
});

it('a mention has a bar, and the own name a mark', async () => {
  const body = page.locator('.message.mention .body');
  expect(await styleOf(body, 'border-left-width')).toBe('3px');
  expect(await styleOf(body, 'border-left-style')).toBe('solid');
  expect(await background(page.locator('.message.mention .own-name').first())).not.toBe(
    await background(page.locator('body')),
  );
});

it('lines between panes, messages and days stay', async () => {
  for (const [selector, side] of [
    ['.rooms', 'right'],
    ['.people', 'left'],
    ['.topic-bar', 'bottom'],
    ['.status-bar', 'top'],
  ] as const) {
    expect(await styleOf(page.locator(selector), `border-${side}-width`), selector).toBe('1px');
  }
  const ordinary = page.locator('.message:not(.mention) .body').first();
  expect(await styleOf(ordinary, 'border-left-width')).toBe('1px');
  const day = page.locator('.day').first();
  expect(await background(day, '::before')).not.toBe(await background(page.locator('body')));
});

it('a repeated nick stays hidden', async () => {
  const nick = page.locator('.message.continued:not(.at-top) .nick').first();
  expect(await styleOf(nick, 'color')).toBe('rgba(0, 0, 0, 0)');
});

it('a panel has a border, and its selection the colours of one', async () => {
  await page.keyboard.press('Control+k');
  expect(await styleOf(page.locator('dialog.panel'), 'border-top-width')).toBe('1px');
  const rows = page.locator('.choice .choice-main');
  expect(await background(rows.first())).not.toBe(await background(rows.nth(1)));
  await page.keyboard.press('Escape');
});

it.each([
  ['a desktop', DESKTOP],
  ['a phone', PHONE],
])('on %s 200 people fit into their pane, with whole names', async (_, size) => {
  await page.setViewportSize(size);
  const open = page.locator('.people-button');
  if (await open.isVisible()) await open.click();
  const clipped = await page.locator('.people').evaluate((pane) => {
    const { left, right, bottom } = pane.getBoundingClientRect();
    const names = [...pane.querySelectorAll('bdi')];
    const isWhole = (name: Element) => {
      const box = name.getBoundingClientRect();
      return box.left >= left && box.right <= right && name.scrollWidth <= name.clientWidth + 1;
    };
    if (names.length !== 200 || bottom > innerHeight) return ['the pane'];
    return names
      .filter((name) => getComputedStyle(name).display !== 'inline' && !isWhole(name))
      .map((name) => name.textContent);
  });
  expect(clipped).toEqual([]);
  await page.keyboard.press('Escape');
});

it('on a phone a mention has a bar at the edge', async () => {
  await page.setViewportSize(PHONE);
  expect(await styleOf(page.locator('.message.mention'), 'border-left-width')).toBe('3px');
});
