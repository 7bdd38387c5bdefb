/** The beginning of many tests: a server, a browser, and one person in a room of theirs. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startServer, type TestServer } from '../../server/test/harness/server.ts';
import { launchChromium } from './chromium.ts';
import { createRoom, type Person, signUp } from './person.ts';

/** The parts. Use them in tests only: they exist from the first test on. */
export type Opened = { server: TestServer; browser: Browser; mira: Person };

/** Opens the parts before the tests of the file, and closes them after the last. */
export function openWithMira(room: string): Opened {
  const opened = {} as Opened;
  beforeAll(async () => {
    [opened.server, opened.browser] = await Promise.all([startServer(), launchChromium()]);
    opened.mira = await signUp(opened.browser, opened.server.url, 'mira');
    await createRoom(opened.mira, room);
  }, 60_000);
  afterAll(async () => {
    await opened.browser.close();
    await opened.server.close();
  });
  return opened;
}
