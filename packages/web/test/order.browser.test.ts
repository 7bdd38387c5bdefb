/** Moderation by commands, as moderators and members see it. Direct and invite-only rooms. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, inRoom, joinRoom, type Person, personAt, roomRow, signUp } from './person.ts';

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

const state = ({ page }: Person) => page.locator('.room-state');
const noRoom = ({ page }: Person) => page.getByRole('heading', { name: 'no room' });
const notice = ({ page }: Person, text: string | RegExp) => page.locator('.notice').getByText(text);
const local = ({ page }: Person, text: string | RegExp) => page.locator('.local').getByText(text).last();

describe('moderation', () => {
  it('a new topic and a new name appear for others at once', async () => {
    await mira.say('/topic clear until three');
    await juno.page.locator('.topic').getByText('clear until three').waitFor();
    await mira.say('/rename #glass');
    await inRoom(juno.page, 'glass');
    await roomRow(juno, 'glass').waitFor();
  });

  it('slow mode is shown at the input, with the time until the next message', async () => {
    await mira.say('/slow 30s');
    await state(juno).getByText('Slow mode: one message every 30 s.').waitFor();
    await juno.say('one');
    await state(juno)
      .getByText(/Next in \d+ s\./)
      .waitFor();
    await juno.say('two');
    await juno.page.locator('.message.waiting').getByText('two').waitFor();
    await mira.say('/slow off');
    await until('the notice is gone', async () => (await state(juno).count()) === 0);
    await notice(mira, /mira turned slow mode off/).waitFor();
    // The waiting message is sent at once.
    await mira.page.locator('.words').getByText('two', { exact: true }).waitFor();
  });

  it('a muted person sees until when, keeps unsent messages, and can be unmuted', async () => {
    await mira.say('/mute juno 10m');
    await state(juno)
      .getByText(/^You're muted until \d\d:\d\d.* \(10 min left\)\.$/)
      .waitFor();
    await juno.say('can you hear me?');
    await juno.page
      .locator('.failure')
      .getByText(/not sent/)
      .waitFor();
    await mira.say('/unmute juno');
    await until('the notice is gone', async () => (await state(juno).count()) === 0);
    // The message that failed stays before this one, and the log's cursor stops there.
    await mira.say('now you can');
    await juno.page.locator('.words').getByText('now you can').waitFor();
    const texts = await juno.texts();
    expect(texts.slice(-2)).toEqual(['can you hear me?', 'now you can']);
    for (const key of ['Control+F6', 'Control+F6', 'End', 'ArrowUp', 'Enter', 'Enter'])
      await juno.page.keyboard.press(key);
    await mira.page.locator('.words').getByText('can you hear me?').waitFor();
  });

  it('a command that has nothing to do says so', async () => {
    for (const [line, answer] of [
      ['/unmute juno', "Nothing to do: juno isn't muted."],
      ['/unban juno', "Nothing to do: juno isn't banned."],
      ['/slow off', 'Nothing to do: slow mode is off.'],
      ['/kick mira', "You can't kick yourself. /part leaves the room."],
    ] as const) {
      await mira.say(line);
      await local(mira, answer).waitFor();
      await mira.input.fill('');
    }
  });

  it('a role is set and shown', async () => {
    await mira.say('/op juno');
    await notice(juno, /mira made juno a moderator/).waitFor();
    await mira.say('/role juno member');
    await notice(juno, /mira made juno a member/).waitFor();
    await mira.say('/role juno king');
    await local(mira, 'Unknown role.').waitFor();
    expect(await mira.input.inputValue()).toBe('/role juno king');
    await mira.input.fill('');
  });

  it('a kicked person sees who, why and how to return; the draft is there after returning', async () => {
    await juno.input.fill('half a');
    await mira.say('/kick juno mind the cables');
    await local(juno, 'mira removed you from #glass: mind the cables. /join #glass to return.').waitFor();
    expect(await roomRow(juno, 'glass').count()).toBe(0);
    await notice(mira, /mira removed juno: mind the cables/).waitFor();
    await state(juno)
      .getByText(/^You're no longer in #glass/)
      .waitFor();
    await juno.input.pressSequentially(' thought');
    await juno.input.press('Enter');
    await local(juno, "Nothing was sent: you aren't in this room any more.").waitFor();
    expect(await juno.input.inputValue()).toBe('half a thought');
    await inRoom(juno.page, 'glass');
    await juno.input.fill('');
    await juno.say('/join');
    await until('the room is writable', async () => (await state(juno).count()) === 0);
    await juno.say('back again');
    await mira.page.locator('.words').getByText('back again').waitFor();
    expect(await mira.page.locator('.words').getByText('half a').count()).toBe(0);
  });

  it('a removed person leaves the room with Esc; the draft is there after returning', async () => {
    await juno.input.fill('half a');
    await mira.say('/kick juno');
    await state(juno).getByText('Esc').waitFor();
    await juno.page.keyboard.press('Escape');
    await noRoom(juno).waitFor();
    expect(await juno.input.inputValue()).toBe('');
    await joinRoom(juno, 'glass');
    await until('the draft is there', async () => (await juno.input.inputValue()) === 'half a');
    await juno.input.fill('');
  });

  it('a room that was left on another device stays open here, and can be joined again', async () => {
    const other = await juno.page.context().newPage();
    await other.goto(server.url);
    const device = personAt(other, 'juno');
    await inRoom(other, 'glass');
    await juno.input.fill('unsent');
    await device.say('/part');
    await noRoom(device).waitFor();
    await other.close();
    await state(juno).getByRole('button', { name: 'join again' }).click();
    await until('the room is writable', async () => (await state(juno).count()) === 0);
    expect(await juno.input.inputValue()).toBe('unsent');
    await inRoom(juno.page, 'glass');
    await juno.input.fill('');
  });

  it('a kicked person who is in another room reads about it there', async () => {
    await createRoom(juno, 'annex');
    await mira.say('/kick juno');
    await local(juno, 'mira removed you from #glass.').waitFor();
    await juno.say('/part');
    // The input changes with the room: a line typed before that belongs to the room that is left.
    await roomRow(juno, 'annex').waitFor({ state: 'detached' });
    await joinRoom(juno, 'glass');
  });

  it('a ban lasts until it is lifted', async () => {
    await mira.say('/ban juno 1d tape on the mirror');
    await mira.page
      .getByRole('dialog')
      .getByText(/^Ban juno from #glass until \d\d:\d\d on .*\?$/)
      .waitFor();
    await mira.page.keyboard.press('n');
    await local(mira, '/ban: Nothing was done.').waitFor();
    expect(await mira.input.inputValue()).toBe('/ban juno 1d tape on the mirror');
    await mira.page.keyboard.press('Enter');
    await mira.page.getByRole('dialog').waitFor();
    await mira.page.keyboard.press('y');
    await local(juno, /^mira banned you from #glass until .*: tape on the mirror\.$/).waitFor();
    await juno.say('/join #glass');
    await local(juno, /^\/join: /).waitFor();
    await mira.say('/bans');
    await local(mira, /juno until .* left\), by mira: tape on the mirror/).waitFor();
    await mira.say('/unban juno');
    await notice(mira, /mira unbanned juno/).waitFor();
    await joinRoom(juno, 'glass');
  });

  it('a forbidden command shows the reason and stays in the input', async () => {
    await juno.say('/kick mira');
    await local(juno, /^\/kick: /).waitFor();
    expect(await juno.input.inputValue()).toBe('/kick mira');
    await juno.input.fill('');
  });

  it('an archived room is read-only and says so', async () => {
    await mira.say('/archive');
    await mira.page.getByRole('dialog').getByText('Archive #glass?').waitFor();
    await mira.page.keyboard.press('y');
    await state(juno)
      .getByText(/^Archived on .*: read-only\.$/)
      .waitFor();
    await until('it is marked as archived', async () =>
      (await roomRow(juno, 'glass').getAttribute('class'))?.includes('archived'),
    );
    await mira.say('/restore');
    await until('it is open', async () => (await state(juno).count()) === 0);
    await juno.say('still here');
    await mira.page.locator('.words').getByText('still here').waitFor();
  });
});

describe('direct and invite-only rooms', () => {
  it('/msg opens a direct room, named after the other person on either side', async () => {
    await mira.say('/msg juno are you on tonight?');
    await mira.page.getByRole('heading', { name: 'juno', exact: true }).waitFor();
    const row = juno.page.getByRole('list', { name: 'direct' }).getByRole('link');
    await row.getByText('mira').waitFor();
    await row.click();
    await juno.page.getByRole('heading', { name: 'mira', exact: true }).waitFor();
    await juno.page.locator('.words').getByText('are you on tonight?').waitFor();
    await juno.say('from nine on');
    await mira.page.locator('.words').getByText('from nine on').waitFor();
    await mira.say('/query @juno');
    expect(await mira.page.getByRole('list', { name: 'direct' }).getByRole('link').count()).toBe(1);
  });

  it('an invite-only room opens for an added person', async () => {
    await mira.say('/closed #night-desk who is up');
    await inRoom(mira.page, 'night-desk');
    await mira.page.locator('.room-marks').getByText('invite-only').waitFor();
    await mira.say('/invite juno');
    await notice(mira, /^mira added juno/).waitFor();
    await roomRow(juno, 'night-desk').click();
    await inRoom(juno.page, 'night-desk');
    expect(await juno.page.locator('.room-marks').textContent()).toBe('invite-only');
  });

  it('/whois shows a profile, and reports an unknown name', async () => {
    await mira.say('/whois juno');
    await local(mira, /^juno: member in this room, online\.$/).waitFor();
    await mira.say('/whois nobody-at-all');
    await local(mira, /^\/whois: /).waitFor();
    await mira.input.fill('');
  });
});

describe('reports and hidden joins', () => {
  it('a report reaches the moderators at once, opens its message, and can be closed', async () => {
    await mira.say('/join #glass');
    await juno.say('/join #glass');
    await inRoom(juno.page, 'glass');
    await mira.say('please report this');
    const message = juno.page
      .locator('.message')
      .filter({ has: juno.page.locator('.words', { hasText: 'please report this' }) });
    await message.hover();
    await message.getByRole('button', { name: 'more' }).click();
    const menu = juno.page.getByRole('dialog');
    await menu.getByRole('button', { name: 'report' }).click();
    await menu.getByLabel(/^What's wrong/).fill('it asks for it');
    await menu.getByRole('button', { name: 'report it' }).click();
    await local(juno, "Reported to this room's moderators.").waitFor();

    await mira.page.getByRole('button', { name: '1 report' }).click();
    const reports = mira.page.getByRole('dialog', { name: 'reports' });
    await reports.getByText('it asks for it').waitFor();
    await reports.getByRole('button', { name: 'go to the message' }).click();
    await mira.page.locator('.message.found').getByText('please report this').waitFor();
    await mira.say('/reports');
    await reports.getByRole('button', { name: 'delete the message by mira' }).click();
    await reports.getByText('Delete it for everyone?').waitFor();
    await reports.getByRole('button', { name: 'yes' }).click();
    await reports.getByText('message deleted').waitFor();
    await reports.getByRole('button', { name: 'close the report by juno' }).click();
    await reports.getByText('No open reports.').waitFor();
    await mira.page.keyboard.press('Escape');
    await until('the button is gone', async () => (await mira.page.locator('.reports-button').count()) === 0);
    await juno.say('/reports');
    await local(juno, 'Moderators only.').waitFor();
    await juno.input.fill('');
  });

  it('/joins hides joins and leaves for the reader, and shows them again', async () => {
    await juno.say('/part #glass');
    await until('the room is left', async () => (await roomRow(juno, 'glass').count()) === 0);
    await joinRoom(juno, 'glass');
    await notice(mira, /juno joined/)
      .last()
      .waitFor();
    await mira.say('/joins hide');
    await local(mira, 'Joins and leaves are now hidden in this room.').waitFor();
    await until('they are hidden', async () => (await notice(mira, /joined/).count()) === 0);
    await mira.say('/joins show');
    await notice(mira, /juno joined/)
      .first()
      .waitFor();
  });
});
