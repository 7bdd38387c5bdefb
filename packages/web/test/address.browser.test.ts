/** The page's address names the open room: links, other tabs, Back and Forward. Drafts of several tabs. Copying. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, inRoom, isLive, type Person, personAt, roomRow, signUp } from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  for (const room of ['alpha', 'beta']) await createRoom(mira, room);
  juno = await signUp(browser, server.url, 'juno');
  await createRoom(juno, 'open-door');
  await juno.say('/closed #secret');
  await inRoom(juno.page, 'secret');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const hash = (page: Page) => new URL(page.url()).hash;
const local = ({ page }: Person, text: string) => page.locator('.local').getByText(text).last();
async function openTab(fragment = ''): Promise<Person> {
  const page = await mira.page.context().newPage();
  await page.goto(`${server.url}/${fragment}`);
  const tab = personAt(page, 'mira');
  await isLive(tab);
  return tab;
}

it('[C11] rooms with one name are told apart, and the owner of the closed one hears of the open one', async () => {
  await createRoom(mira, 'Secret');
  expect(hash(mira.page)).toBe('#Secret');
  const notice = local(juno, 'Anyone can join #secret~');
  await notice.waitFor();
  const id = /#secret~(\d+)/.exec((await notice.textContent()) ?? '')?.[1] ?? '';
  const closed = await juno.page.locator('.rooms a .name', { hasText: 'secret~' }).textContent();
  await juno.say(`/join #secret~${id}`);
  await inRoom(juno.page, `Secret~${id}`);
  expect(hash(juno.page)).toBe(`#Secret~${id}`);
  await juno.say('/part #secret');
  await local(juno, `You are in #${closed} and #Secret~${id}. Add the number after ~.`).waitFor();
  await juno.say('/join #secret');
  for (const name of [`#${closed}`, `#Secret~${id}`])
    await juno.page.locator('.choice-main').getByText(`open ${name}`, { exact: true }).waitFor();
  await juno.page.keyboard.press('Escape');
  await mira.say('/rename #no-secret');
  await inRoom(mira.page, 'no-secret');
});

describe('the address of the page', () => {
  it('opens its room in a new tab, not the room of the last visit', async () => {
    await roomRow(mira, 'beta').click();
    await inRoom(mira.page, 'beta');
    const tab = await openTab('#alpha');
    await inRoom(tab.page, 'alpha');
    expect(hash(mira.page)).toBe('#beta');
    await tab.page.reload();
    await inRoom(tab.page, 'alpha');
    await tab.page.close();
  });

  it('follows the open room, and Back and Forward go through rooms', async () => {
    const tab = await openTab('#alpha');
    await inRoom(tab.page, 'alpha');
    await roomRow(tab, 'beta').click();
    await inRoom(tab.page, 'beta');
    expect(hash(tab.page)).toBe('#beta');
    await tab.page.goBack();
    await inRoom(tab.page, 'alpha');
    await tab.page.goForward();
    await inRoom(tab.page, 'beta');
    await tab.say('/query juno');
    await tab.page.getByRole('heading', { name: 'juno', exact: true }).waitFor();
    expect(hash(tab.page)).toBe('#@juno');
    await tab.page.goBack();
    await inRoom(tab.page, 'beta');
    await tab.page.goBack();
    await inRoom(tab.page, 'alpha');
    await tab.page.close();
  });

  it.each(['Control', 'Shift'] as const)('leaves a click with %s to the browser', async (modifier) => {
    await roomRow(mira, 'beta').click();
    const opening = mira.page.context().waitForEvent('page');
    await roomRow(mira, 'alpha').click({ modifiers: [modifier] });
    const page = await opening;
    await inRoom(page, 'alpha');
    await inRoom(mira.page, 'beta');
    await page.close();
  });

  it('says so when its room may not be seen, and offers one that can be joined', async () => {
    const tab = await openTab('#secret');
    await local(tab, 'There is no room #secret that you may see.').waitFor();
    expect(hash(tab.page)).not.toBe('#secret');
    await tab.page.evaluate(() => {
      location.hash = '#open-door';
    });
    await local(tab, "You aren't in #open-door.").waitFor();
    await tab.page.getByRole('dialog').getByText('#open-door').waitFor();
    await tab.page.close();
  });
});

/** Runs in the page: marks the moment when it has its first message. */
function noteFirstMessage(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('.message .words')) return;
    performance.mark('first message');
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Runs in the page: returns the paths that it had asked for by then, its own included. */
function requestsBeforeFirstMessage(): string[] {
  const at = performance.getEntriesByName('first message')[0]?.startTime ?? 0;
  const entries = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type));
  return entries.filter(({ startTime }) => startTime < at).map(({ name }) => new URL(name).pathname);
}

describe('opening the page', () => {
  it('asks for at most 6 things before the first message is shown, and for none twice', async () => {
    await roomRow(mira, 'alpha').click();
    await mira.say('first of all');
    const page = await mira.page.context().newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.addInitScript(noteFirstMessage);
    await page.goto(`${server.url}/#alpha`);
    await page.locator('.message .words').getByText('first of all').waitFor();
    const before = await page.evaluate(requestsBeforeFirstMessage);
    // Fonts and the icon delay nothing: the browser shows the text without them.
    const needed = before.filter((each) => !/\.(woff2|svg)$|members$/.test(each));
    expect(needed.length, needed.join()).toBeLessThanOrEqual(6);
    expect(needed.length).toBeGreaterThan(2);
    await page.locator('.count-bar').getByText('online').waitFor();
    expect(new Set(asked).size, asked.join()).toBe(asked.length);
    await page.close();
  });
});

describe('drafts in two tabs', () => {
  it('survive the reload of each, and what the other one sends', async () => {
    const [one, two] = [await openTab('#alpha'), await openTab('#alpha')];
    await one.input.fill('from one');
    await two.input.fill('from two');
    await one.page.reload();
    await until('the first draft', async () => (await one.input.inputValue()) === 'from one');
    await two.input.press('Enter');
    await one.page.locator('.words').getByText('from two').waitFor();
    await one.page.reload();
    await until('the first draft', async () => (await one.input.inputValue()) === 'from one');
    await two.page.reload();
    await isLive(two);
    await inRoom(two.page, 'alpha');
    expect(await two.input.inputValue()).toBe('');
    await one.input.fill('');
    for (const { page } of [one, two]) await page.close();
  });
});

describe('copying where the browser has no clipboard for the page', () => {
  it('works for a message and for a token', async () => {
    const tab = await openTab('#alpha');
    await tab.page.context().grantPermissions(['clipboard-read']);
    const read = await tab.page.evaluateHandle(() => navigator.clipboard.readText.bind(navigator.clipboard));
    const copied = () => tab.page.evaluate((readText) => readText(), read);
    await tab.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await tab.say('copy me');
    await tab.page.locator('.message:not(.waiting) .words').getByText('copy me').hover();
    await tab.page.locator('.message').last().getByRole('button', { name: 'more' }).click();
    await tab.page.getByRole('button', { name: 'copy text' }).click();
    await until('the message is copied', async () => (await copied()) === 'copy me');
    expect(await tab.input.evaluate((field) => field === document.activeElement)).toBe(true);

    await tab.say('/invite');
    const link = tab.page.locator('.secret input');
    const url = await link.inputValue();
    await tab.page.getByRole('button', { name: 'copy', exact: true }).click();
    await tab.page.getByRole('button', { name: 'copied' }).waitFor();
    expect(await copied()).toBe(url);
    await tab.page.close();
  });
});
