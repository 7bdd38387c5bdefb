/** Formatting on the screen and in the clipboard. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, PHONE } from './chromium.ts';
import { createRoom, joinRoom, type Person, signUp } from './person.ts';

const CODE =
  'const a = *b*; // a line that is longer than the log is wide on any screen that this is shown on, surely';
const SOURCES = [
  '**bold** *italic* ~~struck~~ `juno`',
  `look:\n\`\`\`ts\n${CODE}\n\n  juno\n\`\`\`\nthat is **all**`,
  '> quoted\n> *twice*\njuno: is it?',
  '[the notes](https://notes.example.org/a)',
  '```sh\nrm -rf build\n```',
  '`make test`',
];
const SEEN = [
  'bold italic struck juno',
  `look:\n${CODE}\n\n  junothat is all`,
  'quoted\ntwicejuno: is it?',
  'the notes',
  'rm -rf build',
  'make test',
];

let server: TestServer;
let browser: Browser;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  const mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  await createRoom(mira, 'forms');
  await joinRoom(juno, 'forms');
  for (const source of SOURCES) await mira.say(source);
  await juno.sees(SEEN);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('formatting', () => {
  it('becomes elements, and its marks disappear', async () => {
    const words = juno.page.locator('.words');
    const first = words.nth(0);
    const texts = await Promise.all(
      ['strong', 'em', 's', 'code'].map((name) => first.locator(name).textContent()),
    );
    expect(texts).toEqual(['bold', 'italic', 'struck', 'juno']);
    const block = words.nth(1).locator('.code-block');
    expect(await block.getAttribute('data-language')).toBe('ts');
    expect(await block.locator('pre').textContent()).toBe(`${CODE}\n\n  juno`);
    expect(await words.nth(2).locator('blockquote em').textContent()).toBe('twice');
    expect(await words.nth(3).locator('.host').getAttribute('data-host')).toBe('notes.example.org');
  });

  it('marks a mention outside of code only', async () => {
    expect(await juno.page.locator('.message.mention').count()).toBe(1);
    expect(await juno.page.locator('.own-name').allTextContents()).toEqual(['juno']);
  });

  it('keeps to the rows of the grid, and long code scrolls inside its block', async () => {
    const heights = await juno.page
      .locator('.message .words')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
    expect(heights.slice(0, 1).concat(heights.slice(2))).toEqual([20, 60, 20, 20, 20]);
    await juno.page.setViewportSize(PHONE);
    const [page, code] = await juno.page.evaluate(() =>
      ['.log', '.words pre'].map((name) => {
        const element = document.querySelector(name);
        return element === null ? -1 : element.scrollWidth - element.clientWidth;
      }),
    );
    expect(page).toBe(0);
    expect(code).toBeGreaterThan(100);
  });
});

describe('copying', () => {
  it('one message copies as its source', async () => {
    // The code for copying is loaded after the first messages.
    await until('copying is ready', async () => (await copied(0, 0)) === SOURCES[0]);
    for (const [index, source] of SOURCES.slice(0, 4).entries()) {
      expect(await copied(index, index)).toBe(source);
    }
  });

  it('code copies without its marks and its language, alone in its message or selected in it', async () => {
    for (const [index, text] of SEEN.entries()) {
      if (index < 4) continue;
      expect(await copied(index, index)).toBe(text);
      expect(await copied(index, index, 'code')).toBe(text);
    }
    expect(await copied(0, 0, 'code')).toBe('juno');
  });

  it('several messages copy as one line each, with time and name', async () => {
    const text = (await copied(0, 3)).replaceAll(/^\d\d:\d\d /gm, '');
    expect(text).toBe(
      SOURCES.slice(0, 4)
        .map((source) => `<mira> ${source}`)
        .join('\n'),
    );
  });

  it('part of a message copies as it is shown', async () => {
    expect(await copied(0, 0, 'em')).toBe('italic');
    expect(await copied(1, 1, 'pre')).toBe(`${CODE}\n\n  juno`);
  });
});

/** Selects from one message to another, or part of the first one, and copies. */
function copied(first: number, last: number, part?: string): Promise<string> {
  return juno.page.evaluate(
    ([from, to, name]) => {
      const words = [...document.querySelectorAll('.message .words')];
      const begin = name === undefined ? words[from] : words[from]?.querySelector(name);
      const end = name === undefined ? words[to] : begin;
      if (!begin || !end) throw new Error('there is no such message');
      const selection = document.getSelection();
      selection?.setBaseAndExtent(begin, 0, end, end.childNodes.length);
      let text = '';
      const onCopy = (event: ClipboardEvent) => {
        // Without a handler, the browser copies the selection's text afterwards.
        text = event.defaultPrevented
          ? (event.clipboardData?.getData('text/plain') ?? '')
          : String(selection);
      };
      document.addEventListener('copy', onCopy, { once: true });
      document.execCommand('copy');
      return text;
    },
    [first, last, part] as const,
  );
}
