/** Changes of the input that are more than typing: undo, dropped files, pasted texts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../server/test/harness/wait.ts';
import { createRoom } from './person.ts';
import { openWithMira } from './with-mira.ts';

const alone = openWithMira('alpha');

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => alone.mira.page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => alone.mira.page.keyboard.type(text);

describe('Ctrl+Z', () => {
  beforeEach(() => alone.mira.input.fill(''));
  const shows = async (text: string) => expect(await alone.mira.input.inputValue()).toBe(text);

  it('undoes a completion, and then the typing before it', async () => {
    await type('see #alp');
    await until('Tab completes the room', async () => {
      await press('Tab');
      return (await alone.mira.input.inputValue()) === 'see #alpha ';
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
    await alone.mira.input.fill('');
  });

  it('does not bring the text of another room, or one that was sent', async () => {
    await createRoom(alone.mira, 'pier');
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
  const refusal = (text: string) => alone.mira.page.locator('.local.wrong').getByText(text).last();

  it('is a dropped file: it does not replace the page, and the reason is told', async () => {
    const url = alone.mira.page.url();
    const wire = await alone.mira.page.context().newCDPSession(alone.mira.page);
    const data = { items: [], files: [import.meta.filename], dragOperationsMask: 1 };
    for (const [x, y] of [
      [640, 300],
      [640, 785],
    ] as const) {
      for (const kind of ['dragEnter', 'dragOver', 'drop'] as const)
        await wire.send('Input.dispatchDragEvent', { type: kind, x, y, data });
      await refusal('Nothing was added: files cannot be sent, only text.').waitFor();
      await alone.mira.say('/clear');
      await until('the line is gone', async () => (await alone.mira.page.locator('.local').count()) === 0);
    }
    expect(alone.mira.page.url()).toBe(url);
    expect(alone.mira.page.context().pages()).toHaveLength(1);
  });

  it('is a pasted picture or megabyte; a text that can be shortened is pasted', async () => {
    const paste = (text: string | null) =>
      alone.mira.page.evaluate((content) => {
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
    await alone.mira.page.keyboard.insertText('x'.repeat(33_000));
    expect(await alone.mira.input.inputValue()).toHaveLength(32_000);
    await alone.mira.input.fill('');
  });
});
