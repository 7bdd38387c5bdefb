/** A server with registration by invitation: from the link to the room. */
import type { NewInvitation, Room } from '@banter/protocol';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../server/test/harness/http.ts';
import { type Person as Api, person } from '../../server/test/harness/people.ts';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { launchChromium, openPage } from './chromium.ts';
import { fillSignForm, inRoom, isLive, PASSWORD, personAt, roomRow } from './person.ts';

let server: TestServer;
let browser: Browser;
let admin: Api;
let dome: Room;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ env: { REGISTRATION: 'invite' } }), launchChromium()]);
  admin = await person(server, 'wren');
  dome = await admin.opens('dome', 'closed');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

const invite = (roomId?: number) =>
  call<NewInvitation>(server, 'POST', '/v1/invitations', {
    token: admin.token,
    body: { roomId, maxUses: 1 },
  });

it('[I1] a link registers an account and opens its room, and then has expired', async () => {
  const { code } = await invite(dome.id);
  const page = await openPage(browser);
  await page.goto(`${server.url}/join/${code}`);
  await page.getByText('wren invites you to #dome.').waitFor();
  expect(await page.locator('[name=invite]').inputValue()).toBe(code);
  await fillSignForm(page, 'juno', PASSWORD);
  const juno = personAt(page, 'juno');
  await isLive(juno);
  await roomRow(juno, 'dome').waitFor();
  expect(new URL(page.url()).pathname).toBe('/');

  const later = await openPage(browser);
  await later.goto(`${server.url}/join/${code}`);
  await later.getByText("This invitation isn't valid").waitFor();
});

it('a person with an account accepts by signing in; a wrong code is reported at its field; a valid one opens its room', async () => {
  const plates = await admin.opens('plates', 'closed');
  const { code } = await invite(plates.id);
  const page = await openPage(browser);
  await page.goto(`${server.url}/?invite=${code}`);
  await page.getByText('sign in instead').click();
  await fillSignForm(page, 'juno', PASSWORD);
  await isLive(personAt(page, 'juno'));
  await inRoom(page, 'plates');

  const stranger = await openPage(browser);
  await stranger.goto(server.url);
  await stranger.getByText('create an account').click();
  await stranger.locator('[name=invite]').fill('nonsense');
  await fillSignForm(stranger, 'hal', PASSWORD);
  await stranger.locator('#invite-problem').waitFor();
  expect(await stranger.locator('#invite-problem').textContent()).toContain('no such invitation');

  const pasted = await invite(plates.id);
  await stranger.locator('[name=invite]').fill(`${server.url}/join/${pasted.code}`);
  await fillSignForm(stranger, 'hal', PASSWORD);
  await isLive(personAt(stranger, 'hal'));
  await inRoom(stranger, 'plates');
});
