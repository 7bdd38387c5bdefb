/** Presence, ignored people, and invitations by command. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage } from './chromium.ts';
import {
  createRoom,
  fillSignForm,
  inRoom,
  isLive,
  joinRoom,
  PASSWORD,
  type Person,
  personAt,
  signUp,
} from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  await createRoom(mira, 'plates');
  await joinRoom(juno, 'plates');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const row = ({ page }: Person, name: string) => page.locator('.people li').filter({ hasText: name });
const local = ({ page }: Person, text: string | RegExp) => page.locator('.local').getByText(text).last();

describe('presence', () => {
  it('/away shows a person as away with the reason, and /back ends it', async () => {
    await juno.say('/away at the dome');
    await local(juno, "You're marked away. Type /back when you return.").waitFor();
    await row(mira, 'juno').getByText('away', { exact: true }).waitFor();
    expect(await row(mira, 'juno').getAttribute('title')).toBe('juno, away, at the dome');
    await mira.page.locator('.count-bar').getByText('1/2 online').waitFor();
    await mira.say('/whois juno');
    await local(mira, /^juno: member in this room, away: at the dome\.$/).waitFor();
    await juno.say('/back');
    await until(
      'juno is online',
      async () => (await row(mira, 'juno').getAttribute('title')) === 'juno, online',
    );
  });

  it('a person who is offline has a last-seen time', async () => {
    const hal = await signUp(browser, server.url, 'hal');
    await joinRoom(hal, 'plates');
    await row(mira, 'hal').locator('.dot:not(.hollow)').waitFor();
    await hal.page.context().close();
    await until('hal is offline', async () => (await row(mira, 'hal').getAttribute('class')) === 'offline');
    await mira.say('/whois hal');
    await local(mira, /^hal: member in this room, last seen (just now|\d+ min ago)\.$/).waitFor();
  });
});

describe('an ignored person', () => {
  it('has old and new messages hidden from the reader only', async () => {
    await juno.say('before');
    await mira.page.locator('.words').getByText('before').waitFor();
    await mira.say('/ignore juno');
    await until('the message is hidden', async () => (await mira.page.locator('.message').count()) === 0);
    await row(mira, 'juno').getByText('ignored').waitFor();
    await juno.say('after');
    await mira.say('can anybody hear me?');
    await juno.sees(['before', 'after', 'can anybody hear me?']);
    await mira.sees(['can anybody hear me?']);
    await mira.say('/ignore');
    await local(mira, 'Ignored: juno.').waitFor();
    await mira.say('/unignore juno');
    await mira.sees(['before', 'after', 'can anybody hear me?']);
  });
});

it('/invite makes a link that one key copies and that opens an invite-only room', async () => {
  await mira.say('/closed #night-desk');
  await inRoom(mira.page, 'night-desk');
  await mira.say('/invite');
  const link = mira.page.getByRole('dialog', { name: 'invitation' }).getByLabel('invitation link');
  const url = await link.inputValue();
  expect(await link.evaluate((field) => field === document.activeElement)).toBe(true);
  await mira.page.keyboard.press('Control+c');
  await mira.page.keyboard.press('Escape');
  await until('the input has the keyboard', () =>
    mira.input.evaluate((field) => field === document.activeElement),
  );
  await mira.page.keyboard.press('Control+v');
  await until('the link was copied', async () => (await mira.input.inputValue()) === url);
  await mira.input.fill('');
  const page = await openPage(browser);
  await page.goto(url);
  await page.getByText('mira invites you to #night-desk.').waitFor();
  await fillSignForm(page, 'priya', PASSWORD);
  await isLive(personAt(page, 'priya'));
  await inRoom(page, 'night-desk');
});
