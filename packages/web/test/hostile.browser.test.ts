/** Hostile text: nothing that a person writes runs, or hides, reorders or breaks the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { DESKTOP, launchChromium, PHONE } from './chromium.ts';
import { createRoom, inRoom, isLive, joinRoom, type Person, signUp } from './person.ts';

const MARKUP = [
  '<script>window.ran = 1</script>',
  '<img src=x onerror="window.ran = 1">',
  '<svg/onload=window.ran=1>',
  '"><iframe srcdoc="<script>parent.ran = 1</script>"></iframe>',
  '<a href="javascript:window.ran=1">click</a>',
  '{{constructor.constructor("window.ran=1")()}}',
  '&lt;b&gt; &amp; \u0001 \u001b[31m',
];
/** Dangerous text inside formatting, and the text that it becomes. */
const DISGUISED: [text: string, words: string][] = [
  ['**<img src=x onerror=window.ran=1>**', '<img src=x onerror=window.ran=1>'],
  ['`<script>window.ran=1</script>`', '<script>window.ran=1</script>'],
  ['```html\n"><img src=x onerror=window.ran=1>\n```', '"><img src=x onerror=window.ran=1>'],
  ['[a](javascript:window.ran=1)', '[a](javascript:window.ran=1)'],
  ['[b](https://x.example/"onclick="window.ran=1)', '[b](https://x.example/"onclick="window.ran=1)'],
  ['[c](data:text/html,<b>)', '[c](data:text/html,<b>)'],
  ['[*d*](\u0001javascript://https://x.example)', '[d](\u0001javascript://https://x.example)'],
  ['[e](https://user@other.example)', '[e](https://user@other.example)'],
  ['https://x.example:99999/', 'https://x.example:99999/'],
  ['[https://bank.example](https://other.example)', '[https://bank.example](https://other.example)'],
  ['[**bank.example**](https://other.example)', 'bank.example'],
];
/** The links that remain in all of these. */
const LINKS_LEFT = [
  'https://x.example/',
  'https://x.example/',
  'https://bank.example/',
  'https://other.example/',
  'https://other.example/',
];
const ATTRIBUTES = ['class', 'data-host', 'data-language', 'href', 'rel', 'target'];
const LONG_WORD = 'x'.repeat(5_000);
const OVERRIDE = '\u202E';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;
const violations: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  juno.page.on('console', (message) => message.type() === 'error' && violations.push(message.text()));
  juno.page.on('pageerror', (error) => violations.push(error.message));
  await createRoom(mira, 'wild');
  await joinRoom(juno, 'wild');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe('hostile text', () => {
  it('HTML is shown as text and runs nothing', async () => {
    for (const text of MARKUP) await mira.say(text);
    await juno.sees(MARKUP);
    await juno.page.reload();
    await isLive(juno);
    await juno.sees(MARKUP);
    const found = await juno.page.evaluate(() => ({
      ran: 'ran' in window,
      elements: document.querySelectorAll('.log script, .log img, .log svg, .log iframe, .log a').length,
    }));
    expect(found).toEqual({ ran: false, elements: 0 });
    expect(violations).toEqual([]);
  });

  it('formatted links open only the address that they show, and nothing runs', async () => {
    for (const [text] of DISGUISED) await mira.say(text);
    await juno.sees([...MARKUP, ...DISGUISED.map(([, words]) => words)]);
    const links = await juno.page
      .locator('.words a')
      .evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
    expect(links).toEqual(LINKS_LEFT);
    expect(await juno.page.locator('.words .host').last().getAttribute('data-host')).toBe('other.example');
    const found = await juno.page.evaluate(() => ({
      ran: 'ran' in window,
      elements: document.querySelectorAll('.log :is(script, img, svg, iframe, style, b, [onclick], [onload])')
        .length,
      attributes: [...document.querySelectorAll('.words *')].flatMap((each) =>
        [...each.attributes].map(({ name }) => name),
      ),
    }));
    expect(found).toMatchObject({ ran: false, elements: 0 });
    expect([...new Set(found.attributes)].sort()).toEqual(ATTRIBUTES);
    expect(violations).toEqual([]);
  });

  it('HTML in a topic is text as well', async () => {
    await mira.say(`/topic ${MARKUP[1]}`);
    await juno.page
      .locator('.topic')
      .getByText(MARKUP[1] ?? '', { exact: true })
      .waitFor();
    expect(await juno.page.evaluate(() => 'ran' in window)).toBe(false);
  });

  it('a bidi override reorders only its own text', async () => {
    await mira.say(`${OVERRIDE}evil`);
    await mira.say('tame');
    await juno.page.locator('.words').getByText('evil').waitFor();
    const row = juno.page.locator('.message').filter({ hasText: 'evil' });
    const [nick, words, time] = await Promise.all(
      ['.nick', '.body', 'time'].map((part) => row.locator(part).boundingBox()),
    );
    const next = await juno.page
      .locator('.message')
      .filter({ hasText: 'tame' })
      .locator('.body')
      .boundingBox();
    expect(words?.x).toBe(next?.x);
    expect((time?.x ?? 0) < (words?.x ?? 0)).toBe(true);
    expect((nick?.x ?? 0) < (words?.x ?? 0)).toBe(true);
  });

  it('a link shows the host that it leads to, whatever is before it', async () => {
    await mira.say(`${OVERRIDE}https://b\u0430nk.example/x and https://bücher.example/\u2067y`);
    const links = juno.page.locator('.words a.address');
    await until('the safe host is shown as written', async () =>
      (await links.last().textContent())?.startsWith('https://bücher.example/'),
    );
    expect(await links.nth(-2).textContent()).toBe('https://xn--bnk-6cd.example/x');
    const style = await links.last().evaluate((link) => {
      const { direction, unicodeBidi } = getComputedStyle(link);
      return `${direction} ${unicodeBidi}`;
    });
    expect(style).toBe('ltr isolate');
    await mira.say(`/topic tides ${OVERRIDE}gpj.exe`);
    await juno.page.locator('.topic').getByText('tides U+202Egpj.exe', { exact: true }).waitFor();
  });

  it('characters that hide or reorder text are visible in a name', async () => {
    await replaceNames(juno.page, `ju${OVERRIDE}no\u200B<b>`);
    await juno.page.reload();
    await isLive(juno);
    await inRoom(juno.page, 'wild');
    const nick = juno.page.locator('.message .nick').first();
    await until('the name is shown', async () =>
      (await nick.getAttribute('title'))?.includes('juU+202EnoU+200B<b>'),
    );
    expect(await juno.page.locator('.nick b').count()).toBe(0);
    const beyond = await nick.evaluate((element) => element.getBoundingClientRect().width);
    expect(beyond).toBeLessThanOrEqual(12 * 9);
  });

  it('a word of 5,000 letters wraps, and the page does not scroll sideways', async () => {
    await mira.say(LONG_WORD);
    await mira.say(`http://example.net/${'y'.repeat(1_000)}`);
    await juno.page.locator('.words').getByText('xxxxx').waitFor();
    for (const viewport of [DESKTOP, PHONE]) {
      await juno.page.setViewportSize(viewport);
      expect(await sidewaysRoom(juno.page), `at ${viewport.width} px`).toBe(0);
    }
    await juno.page.setViewportSize(DESKTOP);
  });

  it('an address is a link without a referrer', async () => {
    const link = juno.page.locator('.words a[href*="example.net"]');
    expect(await link.getAttribute('href')).toMatch(/^http:\/\/example\.net\/y/);
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await link.getAttribute('target')).toBe('_blank');
  });
});

/** After the next load, all messages have another author. */
async function replaceNames(page: Page, username: string): Promise<void> {
  await page.route('**/messages*', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { messages: { username: string }[] };
    for (const message of body.messages) message.username = username;
    await route.fulfill({ response, json: body });
  });
}

/** The distance in pixels that the page or its log can scroll sideways. */
function sidewaysRoom(page: Page): Promise<number> {
  return page.evaluate(() => {
    const scrollers = [document.documentElement, document.body, document.querySelector('.log')];
    return Math.max(...scrollers.map((each) => (each ? each.scrollWidth - each.clientWidth : 0)));
  });
}
