/** Writing by keyboard alone: the input works after every panel, and a long draft keeps its cursor in sight. */
import { describe, expect, it } from 'vitest';
import { until } from '../../server/test/harness/wait.ts';
import { createRoom, inRoom, isLive } from './person.ts';
import { openWithMira } from './with-mira.ts';

const alone = openWithMira('alpha');

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => alone.mira.page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => alone.mira.page.keyboard.type(text);
const panel = () => alone.mira.page.getByRole('dialog');
/** Resolves when the panel's field has the focus. */
const opened = async () => {
  await panel().waitFor();
  await alone.mira.page.waitForFunction(() => document.activeElement?.matches('dialog input'));
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
    await alone.mira.sees(['after the list']);
  });

  it('gets the next keys after the panel created a room', async () => {
    await type('/list');
    await press('Enter');
    await opened();
    await type('harbour');
    await panel().getByText('create #harbour').waitFor();
    await press('Enter');
    await inRoom(alone.mira.page, 'harbour');
    await closed();
    await type('by keyboard');
    await press('Enter');
    await alone.mira.sees(['by keyboard']);
  });

  it('gets the next keys after /join offered to create the room', async () => {
    await type('/join quay');
    await press('Enter');
    await opened();
    await panel().getByText('create #quay').waitFor();
    await press('Enter');
    await inRoom(alone.mira.page, 'quay');
    await closed();
    await type('on the quay');
    await press('Enter');
    await alone.mira.sees(['on the quay']);
  });

  it('keeps its cursor in the middle of a draft after the help was closed by its button', async () => {
    await type('one three');
    await press(...Array.from({ length: 5 }, () => 'ArrowLeft'), 'F1');
    await panel().waitFor();
    await panel().getByRole('button', { name: 'close' }).focus();
    await press('Enter');
    await closed();
    await type('two ');
    expect(await alone.mira.input.inputValue()).toBe('one two three');
    await alone.mira.input.fill('');
  });
});

describe('a panel whose code is still loading', () => {
  /** Opens a page on which the panel's code is loaded after `release`. */
  async function openSlowly(panelFile: string) {
    const page = await alone.mira.page.context().newPage();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**/${panelFile}-*.js`, async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(alone.server.url);
    await isLive({ ...alone.mira, page });
    const line = page.locator('.composer textarea');
    await until('the input has the focus', () => line.evaluate((field) => field === document.activeElement));
    return { page, line, release };
  }

  it('gets the keys pressed after Ctrl+K, the last of which opens the room', async () => {
    await createRoom(alone.mira, 'lighthouse');
    await createRoom(alone.mira, 'anchorage');
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
    await alone.mira.page.keyboard.insertText(lines);
    await cursorIsInSight();
    await type(' and more');
    await cursorIsInSight();
    const last = await alone.mira.page.evaluate(() => {
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
    await alone.mira.input.fill('');
    await until('the input is one line again', async () => (await fieldBox()).height <= 24);
  });

  it('shows its length in characters, like the limit, not in UTF-16 units', async () => {
    await alone.mira.input.fill('🙂'.repeat(6_500));
    expect(await alone.mira.page.locator('.length').textContent()).toBe('6,500/8,000');
    await alone.mira.input.fill('🙂'.repeat(6_000));
    expect(await alone.mira.page.locator('.length').count()).toBe(0);
    await alone.mira.input.fill('');
  });
});

const fieldBox = () =>
  alone.mira.page.locator('.composer .field').evaluate((field) => field.getBoundingClientRect());

/** The distance in pixels between the visible text and the echo that draws the cursor. */
function drift(): Promise<number> {
  return alone.mira.page.evaluate(() => {
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
      alone.mira.page.locator('.echo .cursor').evaluate((cell) => cell.getBoundingClientRect()),
    ]);
    return cursor.top >= field.top && cursor.bottom <= field.bottom;
  });
  expect(await drift()).toBe(0);
}
