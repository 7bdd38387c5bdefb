/** The page at 390 px and by touch, and rules for every size. */
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { launchChromium, openPage, PHONE } from './chromium.ts';
import { lowContrastTexts } from './contrast.ts';
import { fillSignForm, inRoom, isLive, PASSWORD, type Person, personAt } from './person.ts';

const TOUCH_TARGET_PX = 44;
const CONTRAST_MIN = 4.5;

let server: TestServer;
let browser: Browser;
let mira: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('a phone', () => {
  it('registers with targets large enough for a finger, and never scrolls sideways', async () => {
    const page = await openPage(browser, { viewport: PHONE, isMobile: true, hasTouch: true });
    await page.goto(server.url);
    await page.locator('.sign-form').waitFor();
    await expectPhoneFit(page);
    await fillSignForm(page, 'mira', PASSWORD);
    mira = personAt(page, 'mira');
    await isLive(mira);
    await expectPhoneFit(page);
  });

  it('opens the rooms as a drawer, creates a room, and sends with the button', async () => {
    const { page, input } = mira;
    const drawer = page.getByRole('button', { name: /^Rooms/ });
    await drawer.tap();
    await page.getByRole('button', { name: 'close rooms' }).tap({ position: { x: 380, y: 300 } });
    expect(await page.locator('.rooms').isVisible()).toBe(false);
    await drawer.tap();
    await page.getByRole('button', { name: 'join or create' }).tap();
    await page.getByLabel('room', { exact: true }).fill('harbour');
    await expectPhoneFit(page);
    await page.getByRole('button', { name: 'create #harbour' }).tap();
    await inRoom(page, 'harbour');
    expect(await page.locator('.rooms').isVisible()).toBe(false);
    await input.fill('from a phone');
    await page.getByRole('button', { name: 'send' }).tap();
    await mira.sees(['from a phone']);
    await expectPhoneFit(page);
  });

  it('Enter on a touch keyboard inserts a line break', async () => {
    const { page, input } = mira;
    expect(await input.getAttribute('enterkeyhint')).toBe('enter');
    await input.fill('one');
    await input.press('Enter');
    expect(await input.inputValue()).toBe('one\n');
    await input.fill('');
    expect(await page.locator('.message').count()).toBe(1);
  });

  it('names who speaks over the first line, where a row of a group comes to the top', async () => {
    const { page, input } = mira;
    for (let line = 1; line <= 40; line++) {
      await input.fill(`steady ${line}`);
      await page.getByRole('button', { name: 'send' }).tap();
    }
    await page.locator('.words').getByText('steady 40').waitFor();
    await page.waitForFunction(() => document.querySelector('.message.waiting') === null);
    await page.locator('.log').evaluate((log) => log.scrollBy(0, -100));
    const name = page.locator('.message.continued.at-top .nick');
    await name.waitFor();
    const isOverTheTop = async () => {
      const [shown, log] = await Promise.all([name.boundingBox(), page.locator('.log').boundingBox()]);
      return shown?.x === 0 && shown.y === log?.y && shown.width === log.width;
    };
    await expect.poll(isOverTheTop, { timeout: 5_000 }).toBe(true);
    await expectPhoneFit(page);
  });

  it('shows the people on demand', async () => {
    const { page } = mira;
    await page.getByRole('button', { name: 'People, 1' }).tap();
    await page.locator('.people').getByText('mira').waitFor();
    await page.getByRole('button', { name: 'People, 1' }).tap();
    expect(await page.locator('.people').isVisible()).toBe(false);
  });

  it('closes the people by a tap beside them and by Esc, and opens one drawer at a time', async () => {
    const { page } = mira;
    const open = () => page.getByRole('button', { name: 'People, 1' }).tap();
    const people = page.locator('.people');
    await open();
    await page.getByRole('button', { name: 'close people' }).tap({ position: { x: 20, y: 300 } });
    expect(await people.isVisible()).toBe(false);
    await open();
    await page.keyboard.press('Escape');
    expect(await people.isVisible()).toBe(false);
    await open();
    await page.getByRole('button', { name: /^Rooms/ }).tap();
    expect(await people.isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    expect(await page.locator('.rooms').isVisible()).toBe(false);
  });
});

describe('every size and theme', () => {
  let page: Page;

  beforeAll(async () => {
    page = await openPage(browser);
    await page.goto(server.url);
    await fillSignForm(page, 'mira', PASSWORD);
    await page.locator('.words').getByText('from a phone').waitFor();
    await page.evaluate(() => document.fonts.ready);
  });

  it('at 1280 px the text column is 80 cells of 9 px wide, and every column is on the grid', async () => {
    const grid = await page.evaluate(() => {
      const app = document.querySelector('.app')?.getBoundingClientRect();
      const parts = [...document.querySelectorAll('.message :is(.body, .nick, time), .rooms .name')];
      return {
        width: document.querySelector('.message .body')?.getBoundingClientRect().width,
        offsets: parts.map((part) => (part.getBoundingClientRect().left - (app?.left ?? 0)) % 9),
      };
    });
    expect(grid.width).toBe(80 * 9);
    expect(grid.offsets.length).toBeGreaterThan(3);
    expect(grid.offsets.filter((offset) => offset !== 0)).toEqual([]);
  });

  for (const colorScheme of ['dark', 'light'] as const) {
    it(`every text has enough contrast: ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      expect(await lowContrastTexts(page, CONTRAST_MIN)).toEqual([]);
      await page.keyboard.press('F1');
      await page.getByRole('dialog').waitFor();
      expect(await lowContrastTexts(page, CONTRAST_MIN)).toEqual([]);
      await page.keyboard.press('Escape');
      for (const panel of ['account', 'search']) {
        await page.getByRole('button', { name: panel, exact: true }).click();
        const dialog = page.getByRole('dialog');
        await dialog.waitFor();
        for (const tab of await dialog.locator('.panel-tabs button').all()) {
          await tab.click();
          expect([panel, ...(await lowContrastTexts(page, CONTRAST_MIN))]).toEqual([panel]);
        }
        expect([panel, ...(await lowContrastTexts(page, CONTRAST_MIN))]).toEqual([panel]);
        await dialog.getByRole('button', { name: 'close' }).click();
      }
      const signIn = await openPage(browser, { colorScheme });
      await signIn.goto(server.url);
      await signIn.locator('.sign-form').waitFor();
      expect(await lowContrastTexts(signIn, CONTRAST_MIN)).toEqual([]);
      await signIn.context().close();
    });
  }

  it('the page has its landmarks, one heading, and a log that is not a live region', async () => {
    for (const role of ['navigation', 'main', 'complementary', 'form'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('log').getAttribute('aria-live')).toBe('off');
    expect(await page.locator('[aria-live=polite]').count()).toBe(1);
  });

  it('the page begins with at most 60 KB of scripts, and contacts only its own server', async () => {
    const visitor = await openPage(browser);
    const asked: string[] = [];
    visitor.on('request', (request) => asked.push(request.url()));
    const answer = await visitor.goto(server.url);
    await visitor.locator('.sign-form').waitFor();
    await visitor.context().close();
    expect(asked.filter((url) => new URL(url).origin !== new URL(server.url).origin)).toEqual([]);
    expect(answer?.headers()['content-security-policy']).not.toContain('unsafe');
    const files = await filesOf(asked);
    expect(initialBytes(files, '.js')).toBeLessThanOrEqual(60_000);
    expect(initialBytes(files, '.css')).toBeLessThanOrEqual(10_000);
    // The sign-in form and the panels are files of their own.
    for (const { url, isInitial, bytes } of files) if (!isInitial) expect(bytes, url).toBeLessThan(20_000);
  });

  it('nothing moves for people who prefer reduced motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it('the page fits 320 px as well', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    expect(await sidewaysRoom(page)).toBe(0);
  });
});

/** A script or style sheet, and its compressed size. `isInitial`: the page's HTML names it. */
type PageFile = { url: string; isInitial: boolean; bytes: number };

/** Measures the scripts and style sheets among the addresses that a page asked for. */
async function filesOf(asked: readonly string[]): Promise<PageFile[]> {
  const html = await (await fetch(server.url)).text();
  const files = asked.filter((url) => /\.(?:js|css)$/.test(url));
  return Promise.all(
    files.map(async (url) => ({
      url,
      isInitial: html.includes(new URL(url).pathname),
      bytes: gzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer())).length,
    })),
  );
}

/** Returns the size of the initial files of one kind together. @throws Error if there are none. */
function initialBytes(files: readonly PageFile[], ending: string): number {
  const initial = files.filter(({ url, isInitial }) => isInitial && url.endsWith(ending));
  if (initial.length === 0) throw new Error(`the page has no initial ${ending}`);
  return initial.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function expectPhoneFit(page: Page): Promise<void> {
  expect(await sidewaysRoom(page)).toBe(0);
  expect(await smallTargets(page)).toEqual([]);
  const size = await page.evaluate(() => getComputedStyle(document.body).fontSize);
  expect(size).toBe('16px');
}

function sidewaysRoom(page: Page): Promise<number> {
  return page.evaluate(() => {
    const scrollers = [document.documentElement, document.body, ...document.querySelectorAll('.log, dialog')];
    return Math.max(...scrollers.map((each) => each.scrollWidth - each.clientWidth));
  });
}

/** Visible buttons and fields that are too low for a finger. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const dialog = document.querySelector('dialog[open]');
    const targets = [...(dialog ?? document).querySelectorAll('button, input, .rooms a')];
    return targets
      .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < least)
      .map((target) => target.outerHTML);
  }, TOUCH_TARGET_PX);
}
