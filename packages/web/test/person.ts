/** A person in a real browser: helpers to act on the page and to read it. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
// Declares the values that vitest's global set-up provides.
import type {} from '../../server/test/harness/cluster.ts';
import { until } from '../../server/test/harness/wait.ts';
import { openPage } from './chromium.ts';

/** The password of every test account. */
export const PASSWORD = 'correct horse battery';

export type Person = {
  name: string;
  page: Page;
  /** Sends a line in the open room. */
  say(text: string): Promise<void>;
  /** The text of each message in the log, in order. */
  texts(): Promise<string[]>;
  /** Waits until the log shows exactly these messages. */
  sees(texts: readonly string[]): Promise<void>;
  input: Locator;
  /** The connection's state in the status bar. */
  link: Locator;
};

/** Opens the page at `url` and creates an account. */
export async function signUp(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const page = await openPage(browser, options);
  await page.goto(url);
  const submit = page.locator('.sign-form .primary');
  await submit.waitFor();
  if ((await submit.textContent()) === 'sign in') await page.getByText('create an account').click();
  await fillSignForm(page, name, PASSWORD);
  const person = personAt(page, name);
  await isLive(person);
  return person;
}

/** A person whose page is open and signed in. */
export function personAt(page: Page, name: string): Person {
  const input = page.locator('.composer textarea');
  const texts = () => page.locator('.message .words').allTextContents();
  return {
    name,
    page,
    input,
    texts,
    link: page.locator('.app .link'),
    async say(text) {
      await input.fill(text);
      await input.press('Enter');
    },
    async sees(expected) {
      let seen: string[] = [];
      await until(`${name} sees ${JSON.stringify(expected)}`, async () => {
        seen = await texts();
        return JSON.stringify(seen) === JSON.stringify(expected);
      }).catch((error: Error) => {
        throw new Error(`${error.message}; the log shows ${JSON.stringify(seen)}`);
      });
    },
  };
}

/** Presses keys, one after the other. */
export async function pressKeys({ page }: Person, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Records the frames that the person's page sends from its next socket on. */
export function recordFrames({ page }: Person): readonly string[] {
  const sent: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
  return sent;
}

/** Fills in the sign-in form and submits it. */
export async function fillSignForm(page: Page, name: string, password: string): Promise<void> {
  await page.locator('[name=username]').fill(name);
  await page.locator('[name=password]').fill(password);
  await page.locator('.sign-form .primary').click();
}

/** Waits until the page is connected. */
export async function isLive({ page, name }: Person): Promise<void> {
  await until(`${name} is connected`, async () => {
    const texts = await page.locator('.app .link').allTextContents();
    return texts.some((text) => text.includes('live'));
  });
}

/** Creates a room with the panel, and waits until it is open. */
export async function createRoom({ page }: Person, room: string): Promise<void> {
  await page.getByRole('button', { name: 'join or create' }).click();
  await page.getByLabel('room', { exact: true }).fill(room);
  await page.getByRole('button', { name: `create #${room}` }).click();
  await inRoom(page, room);
}

/** Joins a room by command, and waits until it is open. */
export async function joinRoom(person: Person, room: string): Promise<void> {
  await person.say(`/join #${room}`);
  await inRoom(person.page, room);
}

/** Waits until a room is open. */
export async function inRoom(page: Page, room: string): Promise<void> {
  await page.getByRole('heading', { name: `#${room}`, exact: true }).waitFor();
}

/** The room's row in the list of rooms. */
export function roomRow({ page }: Person, room: string): Locator {
  return page.locator('.rooms a').filter({ has: page.getByText(room, { exact: true }) });
}

/** Whether the account is an administrator. Signs in to find out. */
export async function isAdministrator(url: string, login: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: PASSWORD }),
  });
  const { user } = (await response.json()) as { user: { admin?: true } };
  return user.admin === true;
}
