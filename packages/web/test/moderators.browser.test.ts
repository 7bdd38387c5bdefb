/** Acts of moderators on reports and bans, requests to talk, and the text of an empty room. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, joinRoom, type Person, pressKeys, signUp } from './person.ts';

let server: TestServer;
let browser: Browser;
let mira: Person;
let juno: Person;
let hal: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  mira = await signUp(browser, server.url, 'mira');
  juno = await signUp(browser, server.url, 'juno');
  hal = await signUp(browser, server.url, 'hal');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const local = ({ page }: Person, text: string | RegExp) => page.locator('.local').getByText(text).last();
const asking = ({ page }: Person) => page.getByRole('list', { name: 'requests' }).getByRole('button');

it('a request to talk is a row of its own, and is declined, withdrawn and accepted by keyboard', async () => {
  await juno.say('/msg mira are you there?');
  await asking(mira).focus();
  await mira.page.keyboard.press('Enter');
  await local(mira, /^juno asks to talk to you: \/accept juno, \/decline juno or \/ignore juno\.$/).waitFor();
  await mira.input.focus();
  await mira.page.keyboard.type('/decline juno');
  await mira.page.keyboard.press('Enter');
  await local(mira, /^Declined\. juno isn't told\./).waitFor();
  await until('the row is gone', async () => (await asking(mira).count()) === 0);

  await hal.say('/query mira');
  await local(hal, 'Not everybody is in yet: strangers are asked first.').waitFor();
  await asking(mira).getByText('hal').waitFor();
  await hal.say('/withdraw');
  await local(hal, 'Withdrawn, unless it was answered.').waitFor();
  await until('the row is gone', async () => (await asking(mira).count()) === 0);
  await hal.say('/msg mira and now?');
  await asking(mira).getByText('hal').waitFor();
  await mira.input.focus();
  await mira.page.keyboard.type('/accept');
  await mira.page.keyboard.press('Enter');
  await mira.page.getByRole('heading', { name: 'hal', exact: true }).waitFor();
  await mira.sees(['and now?']);
  expect(await asking(mira).count()).toBe(0);
});

it('an empty room says how to begin, until somebody does', async () => {
  await createRoom(mira, 'tides');
  const hint = mira.page.getByText(/^No messages yet\. Type the first one below/);
  await hint.waitFor();
  await mira.say('high water at four');
  await until('the hint is gone', async () => (await hint.count()) === 0);
});

it('a moderator mutes, kicks and bans where the report is read, after a question', async () => {
  await joinRoom(juno, 'tides');
  await juno.say('buy my boat');
  await joinRoom(hal, 'tides');
  await report(hal, 'buy my boat', 'an advertisement');
  await mira.say('/reports');
  const reports = mira.page.getByRole('dialog', { name: 'reports' });
  const act = async (name: string, question: string) => {
    await reports.getByRole('button', { name: `${name} juno` }).click();
    await reports.getByText(question).waitFor();
    await reports.getByRole('button', { name: 'yes' }).click();
    await reports.getByRole('button', { name: `${name} juno` }).waitFor();
  };
  await reports.getByRole('button', { name: 'mute juno' }).click();
  await mira.page.keyboard.press('Enter');
  await reports.getByRole('button', { name: 'mute juno' }).waitFor();
  await act('mute', 'Mute juno for 10 min?');
  await juno.page.getByText(/^You're muted until /).waitFor();
  await act('kick', 'Remove juno from the room?');
  await local(juno, 'mira removed you from #tides. /join #tides to return.').waitFor();
  await act('ban', 'Ban juno until /unban?');
  await pressKeys(mira, ['Escape']);
  await mira.say('/bans');
  await local(mira, 'juno, by mira').waitFor();
});

it('a ban shows when it ends, to the banned person and to moderators', async () => {
  await mira.say('/unban juno');
  await mira.page.getByText(/^mira unbanned juno/).waitFor();
  await joinRoom(juno, 'tides');
  await mira.say('/ban juno 2d spam');
  await mira.page.getByRole('button', { name: 'ban (y)' }).waitFor();
  await pressKeys(mira, ['y']);
  await local(
    juno,
    /^mira banned you from #tides until \d\d:\d\d on \w+day \d+ \w+ \d{4}: spam\.$/,
  ).waitFor();
  await mira.say('/bans');
  await local(
    mira,
    /juno until \d\d:\d\d on \w+day \d+ \w+ \d{4} \(2 days left\), by mira: .?spam/,
  ).waitFor();
});

it('a mute lasts as long as it says, also if the clocks of both machines are wrong', async () => {
  for (const [person, other, wrongMs] of [
    [mira, 'hal', -3_600_000],
    [hal, 'mira', 7_200_000],
  ] as const) {
    await person.page.evaluate((ms) => {
      const { now } = Date;
      Date.now = () => now() + ms;
    }, wrongMs);
    await person.say(`/whois ${other}`);
    await local(person, `${other}: `).waitFor();
  }
  await mira.say('/mute hal 10m');
  const state = hal.page.locator('.room-state');
  await state.getByText(/\(10 min left\)/).waitFor();
  await mira.say('/unmute hal');
  await until('the notice is gone', async () => (await state.count()) === 0);
});

/** Reports a message with its menu. */
async function report(person: Person, text: string, reason: string): Promise<void> {
  const row = person.page
    .locator('.message')
    .filter({ has: person.page.locator('.words', { hasText: text }) });
  await row.hover();
  await row.getByRole('button', { name: 'more' }).click();
  const menu = person.page.getByRole('dialog');
  await menu.getByRole('button', { name: 'report' }).click();
  await menu.getByLabel(/^What's wrong/).fill(reason);
  await menu.getByRole('button', { name: 'report it' }).click();
  await local(person, "Reported to this room's moderators.").waitFor();
}
