/** Administration of the server. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage } from './chromium.ts';
import {
  createRoom,
  fillSignForm,
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

const panel = ({ page }: Person) => page.getByRole('dialog', { name: 'administration' });
const accounts = (person: Person) =>
  panel(person).getByRole('list', { name: 'Accounts' }).getByRole('listitem');

it('the panel is for administrators only', async () => {
  await juno.say('/admin');
  await juno.page.locator('.local').getByText('Administrators only.').waitFor();
  expect(await juno.page.getByRole('button', { name: 'administration' }).count()).toBe(0);
  await juno.input.fill('');
});

it('a disabled account is signed out at once, and can be enabled again', async () => {
  await mira.page.getByRole('button', { name: 'administration' }).click();
  await until('both accounts are listed', async () => (await accounts(mira).count()) === 2);
  await panel(mira).getByRole('button', { name: 'disable juno' }).click();
  await juno.page.getByText('Session ended. Password for juno:').waitFor();
  await panel(mira).getByRole('button', { name: 'enable juno' }).click();
  await panel(mira).getByRole('button', { name: 'disable juno' }).waitFor();
});

it('a reset link lets the person set a new password, once', async () => {
  await panel(mira).getByRole('button', { name: 'reset link for juno' }).click();
  const url = await panel(mira).getByRole('textbox', { name: 'reset link' }).inputValue();
  const page = await openPage(browser);
  await page.goto(url);
  await page.locator('[name=password]').fill('short');
  await page.getByRole('button', { name: 'set password' }).click();
  await page.locator('#field-password-about[role=alert]').waitFor();
  await page.locator('[name=password]').fill('a boat made of paper');
  await page.getByRole('button', { name: 'set password' }).click();
  await page.getByText('Password changed.').waitFor();
  expect(await page.locator('[name=password]').count()).toBe(0);
  await page.getByRole('button', { name: 'sign in', exact: true }).first().click();
  await fillSignForm(page, 'juno', 'a boat made of paper');
  await isLive(personAt(page, 'juno'));
  expect(page.url()).not.toContain(new URL(url).hash.slice(1));

  const again = await openPage(browser);
  await again.goto(url);
  await again.locator('[name=password]').fill('another boat of paper');
  await again.getByRole('button', { name: 'set password' }).click();
  await again.locator('.panel-note.wrong').getByText("This link isn't valid").waitFor();
  expect(await again.locator('[name=password]').count()).toBe(0);
  await again.context().close();
});

it('an invitation is created, listed and revoked', async () => {
  await panel(mira).getByRole('button', { name: 'invitations', exact: true }).click();
  await panel(mira).getByText('No invitations.').waitFor();
  await panel(mira).getByLabel('uses').fill('3');
  await panel(mira).getByRole('button', { name: 'invite to the server' }).click();
  const url = await panel(mira).getByRole('textbox', { name: 'invitation link' }).inputValue();
  await panel(mira)
    .getByText(/^by mira; 0 of 3 used; expires /)
    .waitFor();
  const page = await openPage(browser);
  await page.goto(url);
  await page.getByText('mira invites you to this server.').waitFor();
  await panel(mira).getByRole('button', { name: 'revoke the invitation by mira' }).click();
  await panel(mira).getByText('No invitations.').waitFor();
  await page.reload();
  await page.getByText("This invitation isn't valid").waitFor();
});

it('the audit log is listed, filtered and verified', async () => {
  await panel(mira).getByRole('button', { name: 'audit', exact: true }).click();
  const rows = panel(mira).getByRole('list', { name: 'Audit log' }).getByRole('listitem');
  await until('the log has entries', async () => (await rows.count()) > 3);
  const all = await rows.count();
  await panel(mira).getByLabel('act').fill('invitation');
  await panel(mira).getByRole('button', { name: 'show' }).click();
  await until('the list is shorter', async () => (await rows.count()) < all && (await rows.count()) > 0);
  for (const text of await rows.locator('.record-name').allTextContents())
    expect(text).toMatch(/^invitation\./);
  await panel(mira).getByLabel('act').fill('account.disable');
  await panel(mira).getByRole('button', { name: 'show' }).click();
  await rows.getByText('by mira: juno').waitFor();
  await panel(mira).getByLabel('act').fill('room.create');
  await panel(mira).getByRole('button', { name: 'show' }).click();
  await rows.getByText('by mira: #plates, ').waitFor();
  await panel(mira).getByRole('button', { name: 'verify the log' }).click();
  await panel(mira)
    .getByText(/^The log is intact: [\d,]+ entries\.$/)
    .waitFor();
  await mira.page.keyboard.press('Escape');
});

it('the old password of a reset account is rejected', async () => {
  const page = await openPage(browser);
  await page.goto(server.url);
  await fillSignForm(page, 'juno', PASSWORD);
  await page.locator('#password-problem').waitFor();
});
