/** Writing by keyboard alone: the input works after every panel, and a long draft keeps its cursor in sight. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, inRoom, isLive, type Person, signUp } from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  await createRoom(mira, 'alpha');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => mira.page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => mira.page.keyboard.type(text);
const panel = () => mira.page.getByRole('dialog');
/** Resolves when the panel's field has the focus. */
const opened = async () => {
  await panel().waitFor();
  await mira.page.waitForFunction(() => document.activeElement?.matches('dialog input'));
};
const closed = () => panel().waitFor({ state: 'detached' });

describe('the input after a panel, by keyboard only', () => {
  it('gets the next keys after Esc closed /list', async () => {
    await type('/list');
    await press('Enter');
    await opened();
    await press('Escape');
    await closed();
    await type('after the list');
    await press('Enter');
    await mira.sees(['after the list']);
  });

  it('gets the next keys after the panel created a room', async () => {
    await type('/list');
    await press('Enter');
    await opened();
    await type('harbour');
    await panel().getByText('create #harbour').waitFor();
    await press('Enter');
    await inRoom(mira.page, 'harbour');
    await closed();
    await type('by keyboard');
    await press('Enter');
    await mira.sees(['by keyboard']);
  });

  it('gets the next keys after /join offered to create the room', async () => {
    await type('/join quay');
    await press('Enter');
    await opened();
    await panel().getByText('create #quay').waitFor();
    await press('Enter');
    await inRoom(mira.page, 'quay');
    await closed();
    await type('on the quay');
    await press('Enter');
    await mira.sees(['on the quay']);
  });

  it('keeps its cursor in the middle of a draft after the help was closed by its button', async () => {
    await type('one three');
    await press(...Array.from({ length: 5 }, () => 'ArrowLeft'), 'F1');
    await panel().waitFor();
    await panel().getByRole('button', { name: 'close' }).focus();
    await press('Enter');
    await closed();
    await type('two ');
    expect(await mira.input.inputValue()).toBe('one two three');
    await mira.input.fill('');
  });
});

describe('a panel whose code is still loading', () => {
  /** Opens a page on which the panel's code is loaded after `release`. */
  async function openSlowly(panelFile: string) {
    const page = await mira.page.context().newPage();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**/${panelFile}-*.js`, async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(server.url);
    await isLive({ ...mira, page });
    const line = page.locator('.composer textarea');
    await until('the input has the focus', () => line.evaluate((field) => field === document.activeElement));
    return { page, line, release };
  }

  it('gets the keys pressed after Ctrl+K, the last of which opens the room', async () => {
    await createRoom(mira, 'lighthouse');
    await createRoom(mira, 'anchorage');
    const { page, line, release } = await openSlowly('switcher-panel');
    await inRoom(page, 'anchorage');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ligx');
    for (const key of ['Backspace', 'h', 'Enter']) await page.keyboard.press(key);
    expect(await line.inputValue()).toBe('');
    release();
    await inRoom(page, 'lighthouse');
    expect(await line.inputValue()).toBe('');
    await page.keyboard.type('by keyboard');
    expect(await line.inputValue()).toBe('by keyboard');
    await line.fill('');
    await page.close();
  });

  it('keeps the keys pressed for a search, and Esc calls it off', async () => {
    const { page, line, release } = await openSlowly('search-panel');
    await page.keyboard.press('Control+Shift+f');
    await page.keyboard.type('never');
    await page.keyboard.press('Escape');
    await page.keyboard.type('a draft');
    expect(await line.inputValue()).toBe('a draft');
    await page.keyboard.press('Control+Shift+f');
    await page.keyboard.type('tide');
    release();
    await until('the search has the text', async () => {
      const field = page.locator('dialog input').first();
      return (await field.count()) === 1 && (await field.inputValue()) === 'tide';
    });
    expect(await line.inputValue()).toBe('a draft');
    await page.keyboard.press('Escape');
    await line.fill('');
    await page.close();
  });
});

describe('a draft longer than the input', () => {
  it('keeps text and cursor together and in sight with 60 pasted lines', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).join('\n');
    await mira.page.keyboard.insertText(lines);
    await cursorIsInSight();
    await type(' and more');
    await cursorIsInSight();
    const last = await mira.page.evaluate(() => {
      const echo = document.querySelector('.echo');
      const cursor = echo?.querySelector('.cursor')?.getBoundingClientRect();
      const range = document.createRange();
      const before = echo?.firstChild as Text;
      range.setStart(before, before.length - 1);
      range.setEnd(before, before.length);
      const letter = range.getBoundingClientRect();
      return { gap: (cursor?.left ?? 0) - letter.right, drop: (cursor?.top ?? 0) - letter.top };
    });
    expect(last).toEqual({ gap: 0, drop: 0 });
  });

  it('follows the cursor by arrow keys and by typing in the middle', async () => {
    const steps = Array.from({ length: 20 }, () => 'ArrowUp');
    await press(...steps);
    await cursorIsInSight();
    await type('x');
    await cursorIsInSight();
    await press(...steps);
    await cursorIsInSight();
    await press('Control+Home');
    await cursorIsInSight();
    await press('Shift+Enter', 'Control+End');
    await cursorIsInSight();
  });

  it('shows the end of a selection, even after an empty line', async () => {
    await press('Shift+Enter', 'Control+a');
    expect(await drift()).toBe(0);
    await press('ArrowRight');
    await cursorIsInSight();
    await mira.input.fill('');
    await until('the input is one line again', async () => (await fieldBox()).height <= 24);
  });

  it('shows its length in characters, like the limit, not in UTF-16 units', async () => {
    await mira.input.fill('🙂'.repeat(6_500));
    expect(await mira.page.locator('.length').textContent()).toBe('6,500/8,000');
    await mira.input.fill('🙂'.repeat(6_000));
    expect(await mira.page.locator('.length').count()).toBe(0);
    await mira.input.fill('');
  });
});

describe('Ctrl+Z', () => {
  beforeEach(() => mira.input.fill(''));
  const shows = async (text: string) => expect(await mira.input.inputValue()).toBe(text);

  it('undoes a completion, and then the typing before it', async () => {
    await type('see #alp');
    await until('Tab completes the room', async () => {
      await press('Tab');
      return (await mira.input.inputValue()) === 'see #alpha ';
    });
    await press('Control+z');
    await shows('see #alp');
    await press('Control+Shift+z');
    await shows('see #alpha ');
    await press('Control+z', 'Control+z');
    await shows('');
  });

  it('takes back a line break, also one in the middle or over a selection', async () => {
    await type('one two');
    await press('Shift+Enter');
    await type('three');
    await press('ArrowUp', 'Home', 'Control+Shift+ArrowRight', 'Alt+Enter');
    await shows('\n two\nthree');
    await press('Control+z');
    await shows('one two\nthree');
    await press('Control+z', 'Control+z', 'Control+z');
    await shows('');
  });

  it('returns from a recalled line to the draft, whose emoji stay whole', async () => {
    await type('🙂 sent');
    await press('Enter');
    await type('🙃 draft');
    await press('ArrowUp');
    await shows('🙂 sent');
    await press('Control+z');
    await shows('🙃 draft');
    await mira.input.fill('');
  });

  it('does not bring the text of another room, or one that was sent', async () => {
    await createRoom(mira, 'pier');
    await type('secret');
    await press('Control+a', 'Delete');
    await type('kept here');
    await press('Alt+ArrowUp', 'Control+z', 'Control+z');
    await shows('');
    await type('mine');
    await press('Control+z', 'Control+z', 'Control+z', 'Control+z');
    await shows('');
    await press('Alt+ArrowDown');
    await shows('kept here');
    await press('Enter', 'Control+z', 'Control+z');
    await shows('');
  });
});

describe('something that cannot become a message', () => {
  const refusal = (text: string) => mira.page.locator('.local.wrong').getByText(text).last();

  it('is a dropped file: it does not replace the page, and the reason is told', async () => {
    const url = mira.page.url();
    const wire = await mira.page.context().newCDPSession(mira.page);
    const data = { items: [], files: [import.meta.filename], dragOperationsMask: 1 };
    for (const [x, y] of [
      [640, 300],
      [640, 785],
    ] as const) {
      for (const kind of ['dragEnter', 'dragOver', 'drop'] as const)
        await wire.send('Input.dispatchDragEvent', { type: kind, x, y, data });
      await refusal('Nothing was added: files cannot be sent, only text.').waitFor();
      await mira.say('/clear');
      await until('the line is gone', async () => (await mira.page.locator('.local').count()) === 0);
    }
    expect(mira.page.url()).toBe(url);
    expect(mira.page.context().pages()).toHaveLength(1);
  });

  it('is a pasted picture or megabyte; a text that can be shortened is pasted', async () => {
    const paste = (text: string | null) =>
      mira.page.evaluate((content) => {
        const data = new DataTransfer();
        if (content === null) data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
        else data.setData('text/plain', content);
        const init = { bubbles: true, cancelable: true, clipboardData: data };
        return document.querySelector('.composer textarea')?.dispatchEvent(new ClipboardEvent('paste', init));
      }, text);
    expect(await paste(null)).toBe(false);
    await refusal('files cannot be sent').waitFor();
    expect(await paste('line\n'.repeat(200_000))).toBe(false);
    await refusal('the text has 1,000,000 characters, and a message at most 8,000').waitFor();
    expect(await paste('x'.repeat(32_000))).toBe(true);
    await mira.page.keyboard.insertText('x'.repeat(33_000));
    expect(await mira.input.inputValue()).toHaveLength(32_000);
    await mira.input.fill('');
  });
});

const fieldBox = () =>
  mira.page.locator('.composer .field').evaluate((field) => field.getBoundingClientRect());

/** The distance in pixels between the visible text and the echo that draws the cursor. */
function drift(): Promise<number> {
  return mira.page.evaluate(() => {
    const field = document.querySelector('.composer textarea');
    const echo = document.querySelector('.composer .echo');
    if (field === null || echo === null) throw new Error('there is no input');
    const inside = field.scrollTop + (field.scrollHeight - field.clientHeight);
    return inside + Math.abs(field.getBoundingClientRect().top - echo.getBoundingClientRect().top);
  });
}

async function cursorIsInSight(): Promise<void> {
  await until('the cursor is inside of the input', async () => {
    const [field, cursor] = await Promise.all([
      fieldBox(),
      mira.page.locator('.echo .cursor').evaluate((cell) => cell.getBoundingClientRect()),
    ]);
    return cursor.top >= field.top && cursor.bottom <= field.bottom;
  });
  expect(await drift()).toBe(0);
}
