/** The reader's own account: profile, password, sessions, tokens, deletion. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { until } from '../../server/test/harness/wait.ts';
import { launchChromium, openPage, PHONE } from './chromium.ts';
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

const NEW_PASSWORD = 'another horse entirely';

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

const panel = ({ page }: Person) => page.getByRole('dialog', { name: /^account of/ });
const section = (person: Person, name: string) => panel(person).getByRole('button', { name, exact: true });
const me = (token: string) =>
  fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then(
    ({ status }) => status,
  );

describe('the account', () => {
  it('a profile is saved, its problems are shown at their fields, and others see it', async () => {
    await juno.say('/account');
    await panel(juno).getByLabel('name', { exact: true }).fill('Juno Reyes');
    await panel(juno).getByLabel('time zone').fill('Mars/Olympus');
    await panel(juno).getByRole('button', { name: 'save' }).click();
    await panel(juno).locator('#field-timeZone-about[role=alert]').waitFor();
    expect(await panel(juno).getByLabel('name', { exact: true }).inputValue()).toBe('Juno Reyes');
    await panel(juno).getByLabel('time zone').fill('Europe/Oslo');
    await panel(juno).getByRole('button', { name: 'save' }).click();
    await panel(juno).getByText('Saved.').waitFor();
    await juno.page.keyboard.press('Escape');
    await mira.say('/whois juno');
    await mira.page
      .locator('.local')
      .getByText(/^juno \(Juno Reyes\)/)
      .waitFor();
    await juno.say('/nick J. Reyes');
    await juno.page.locator('.local').getByText('Display name set to J. Reyes (username juno).').waitFor();
  });

  it('/password accepts no password on the line', async () => {
    await juno.say('/password hunter2');
    await juno.page.locator('.local').getByText('Usage: /password').waitFor();
    expect(await panel(juno).count()).toBe(0);
    await juno.input.fill('');
  });

  it('sessions are listed, and another one is signed out at once', async () => {
    const other = await openPage(browser);
    await other.goto(server.url);
    await fillSignForm(other, 'juno', PASSWORD);
    await isLive(personAt(other, 'juno'));
    await juno.say('/sessions');
    const rows = panel(juno).getByRole('list', { name: 'Sessions' }).getByRole('listitem');
    await until('both sessions are listed', async () => (await rows.count()) === 2);
    await rows.getByRole('button', { name: /^sign out / }).click();
    await other.getByText('Session ended. Password for juno:').waitFor();
    await until('one session is left', async () => (await rows.count()) === 1);
    await juno.page.keyboard.press('Escape');
    await other.context().close();
  });

  it('a token is shown once, works, and is revoked', async () => {
    await juno.say('/tokens');
    await panel(juno).getByText('No tokens.').waitFor();
    await panel(juno).getByLabel('valid for').fill('soon');
    await panel(juno).getByLabel('valid for').press('Enter');
    await panel(juno).getByText('Use a number and a unit, such as 12h or 30d.').waitFor();
    await panel(juno).getByLabel('valid for').fill('');
    await panel(juno).getByLabel('valid for').press('Enter');
    await panel(juno).getByText('This must not be empty.').waitFor();
    const first = panel(juno).locator('input:focus');
    expect(await first.getAttribute('id')).toBe('field-name');
    await panel(juno).getByLabel('name', { exact: true }).fill('backup');
    await panel(juno).getByRole('button', { name: 'create token' }).click();
    const secret = await panel(juno).getByRole('textbox', { name: 'new token' }).inputValue();
    expect(secret).toMatch(/^bnt_/);
    expect(await me(secret)).toBe(200);
    await section(juno, 'password').click();
    await section(juno, 'tokens').click();
    await panel(juno)
      .getByText(/^read; used/)
      .waitFor();
    expect(await panel(juno).getByRole('textbox', { name: 'new token' }).count()).toBe(0);
    await panel(juno).getByRole('button', { name: 'revoke backup' }).click();
    await panel(juno).getByText('No tokens.').waitFor();
    expect(await me(secret)).toBe(401);
    await juno.page.keyboard.press('Escape');
  });

  it('a new password needs the old one, and then signs in', async () => {
    await juno.say('/password');
    await panel(juno).getByLabel('current').fill('not it at all');
    await panel(juno).getByLabel('new').fill(NEW_PASSWORD);
    await panel(juno).getByRole('button', { name: 'change password' }).click();
    await panel(juno)
      .locator('.wrong, .field-error')
      .getByText(/wrong|password/i)
      .first()
      .waitFor();
    await panel(juno).getByLabel('current').fill(PASSWORD);
    await panel(juno).getByRole('button', { name: 'change password' }).click();
    await panel(juno).getByText('Password changed. Other sessions are signed out.').waitFor();
    await juno.page.keyboard.press('Escape');
    await juno.say('/logout all');
    await juno.page.getByRole('button', { name: 'sign in' }).waitFor();
    await fillSignForm(juno.page, 'juno', NEW_PASSWORD);
    await isLive(juno);
  });

  it('the panel fits a phone, with targets large enough for a finger', async () => {
    await juno.page.setViewportSize(PHONE);
    await juno.page.getByRole('button', { name: /^Rooms,/ }).click();
    await juno.page.getByRole('button', { name: 'account' }).click();
    for (const name of ['profile', 'password', 'sessions', 'tokens', 'deletion']) {
      await section(juno, name).click();
      const { wide, low } = await panel(juno).evaluate((dialog) => ({
        wide: dialog.scrollWidth - dialog.clientWidth,
        low: [...dialog.querySelectorAll('button')].filter((each) => each.getBoundingClientRect().height < 44)
          .length,
      }));
      expect([name, wide, low]).toEqual([name, 0, 0]);
    }
    await panel(juno).getByRole('button', { name: 'close' }).click();
    await juno.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('deleting an account removes its name from its messages', async () => {
    await juno.say('remember me');
    await mira.page.locator('.words').getByText('remember me').waitFor();
    await juno.say('/account');
    await section(juno, 'deletion').click();
    await panel(juno).getByLabel('password', { exact: true }).fill(NEW_PASSWORD);
    await panel(juno).getByRole('button', { name: 'delete my account' }).click();
    await juno.page.getByRole('button', { name: 'sign in' }).waitFor();
    await mira.page.reload();
    await isLive(mira);
    await mira.page.locator('.words').getByText('remember me').waitFor();
    expect(await mira.page.locator('.message .nick').getByText('juno').count()).toBe(0);
  });
});
