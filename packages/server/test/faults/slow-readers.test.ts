/** Five of a hundred readers are slow, and two of these read nothing at all until the end. */

import { expect, it } from 'vitest';
import { startJudgedApp } from '../history/app.ts';
import { explain } from '../history/check.ts';
import type { Reading } from '../history/client.ts';
import { judge } from '../history/run.ts';

const TEST_MAX_MS = 90_000;
const READERS = 100;
/** Long messages, so that a reader who does not read falls behind by more than the system's buffers hold. */
const CONTENT_CHARS = 5_000;
const SENDS = 700;
const SLOW: Record<number, Reading> = { 10: 'slow', 20: 'slow', 30: 'slow', 40: 'none', 50: 'none' };

it('[B1] gives all to all, also to the slow', { timeout: TEST_MAX_MS }, async () => {
  const app = await startJudgedApp();
  try {
    const { violations, clients } = await judge({
      name: 'slow readers, 5 of 100',
      server: app,
      clients: READERS,
      rooms: 1,
      sends: SENDS,
      readingOf: (client) => SLOW[client] ?? 'eager',
      talking: { contentChars: CONTENT_CHARS, pauseMs: 250, outstanding: 1 },
    });
    expect(explain(violations)).toBe('no violation');
    const behind = clients.flatMap(({ catchUps }, i) => (catchUps > 0 ? [i] : []));
    expect(behind).toEqual(expect.arrayContaining([40, 50]));
    expect(behind.filter((i) => SLOW[i] === undefined)).toEqual([]);
  } finally {
    await app.close();
  }
});
