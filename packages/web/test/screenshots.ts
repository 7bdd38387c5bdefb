/**
 * Makes the screenshots in docs/images: `node --conditions=source --import tsx packages/web/test/screenshots.ts` after a
 * build. They show the built page with a scripted server, so that people, messages and time are always the same.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { DESKTOP, launchChromium, openPage, PHONE } from './chromium.ts';
import { ROOM_ID, type Stage, setStage } from './stage.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

type Screen = { isSignedIn: boolean; play(page: Page, stage: Stage): Promise<void> };
type Shot = { name: string; screen: Screen; options: BrowserContextOptions };

const SIGN_IN: Screen = { isSignedIn: false, play: signInWrongly };
const MAIN: Screen = { isSignedIn: true, play: talk };
const RECONNECTING: Screen = { isSignedIn: true, play: loseConnection };
const ON_PHONE = { viewport: PHONE, isMobile: true, hasTouch: true };

const SHOTS: Shot[] = [
  { name: 'sign-in', screen: SIGN_IN, options: { viewport: DESKTOP } },
  { name: 'sign-in-phone', screen: SIGN_IN, options: ON_PHONE },
  { name: 'main', screen: MAIN, options: { viewport: DESKTOP } },
  { name: 'main-light', screen: MAIN, options: { viewport: DESKTOP, colorScheme: 'light' } },
  { name: 'main-phone', screen: MAIN, options: ON_PHONE },
  { name: 'main-phone-light', screen: MAIN, options: { ...ON_PHONE, colorScheme: 'light' } },
  { name: 'reconnecting', screen: RECONNECTING, options: { viewport: DESKTOP } },
  { name: 'reconnecting-phone', screen: RECONNECTING, options: ON_PHONE },
];

await mkdir(FOLDER, { recursive: true });
const browser = await launchChromium();
for (const shot of SHOTS) await capture(shot);
await browser.close();

async function capture({ name, screen, options }: Shot): Promise<void> {
  const page = await openPage(browser, { reducedMotion: 'reduce', ...options });
  const stage = await setStage(page, screen.isSignedIn);
  await page.goto(stage.url);
  await page.evaluate(() => document.fonts.ready);
  await screen.play(page, stage);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.context().close();
}

async function signInWrongly(page: Page): Promise<void> {
  await page.getByText('9 people online').waitFor({ state: 'attached' });
  await page.getByLabel('name').fill('wren');
  await page.getByLabel('password').fill('a wrong password');
  await page.getByRole('button', { name: 'sign in' }).click();
  await page.getByText('Wrong name or password.').waitFor();
}

async function talk(page: Page, stage: Stage): Promise<void> {
  await page.getByText(/adaptive optics/).waitFor();
  await page.getByText(/live \d+ ms/).waitFor({ state: 'attached' });
  const at = new Date(2026, 10, 20, 13, 55).toISOString();
  stage.push({ type: 'leave', roomId: ROOM_ID, seq: 101, at, userId: 111, username: 'hana' });
  stage.push({ type: 'typing', roomId: ROOM_ID, userId: 100, username: 'amara' });
  await page.getByText('hana left (13:55)').waitFor();
  const input = page.getByLabel('Message #dome');
  await input.fill('odalys, is the old mask file still there?');
  await page.getByLabel('Write').dispatchEvent('submit');
  await page.getByText('queued').or(page.getByText('sending')).waitFor({ state: 'attached' });
  await input.fill('pavel: and who carries the tape to the museum');
}

async function loseConnection(page: Page, stage: Stage): Promise<void> {
  await talk(page, stage);
  stage.cut();
  await page
    .locator('.link')
    .getByText(/reconnecting in/)
    .waitFor();
}
