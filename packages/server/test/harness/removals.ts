/** Deleted accounts: deleting one, waiting for the removal work, and looking for traces. */

import type { Room, RoomEvent } from '@banter/protocol';
import { REMOVAL_PAUSE_MS, REMOVAL_PERIOD_MS } from '../../src/chat/people/account-removal.ts';
import { SECOND_PASS_MS } from '../../src/store/upkeep/account-removals.ts';
import type { TestApp } from './app.ts';
import type { ManualClock } from './clock.ts';
import type { Answer } from './http.ts';
import { PASSWORD, type Person } from './people.ts';
import { signIn } from './socket.ts';
import type { Sql } from './sql.ts';
import { until } from './wait.ts';

/** Asks to delete a person's own account, and to keep or remove its messages. */
export function deleteAccount(
  who: Person,
  messages: 'keep' | 'remove' = 'keep',
  password = PASSWORD,
): Promise<Answer> {
  return who.asks('DELETE', '/v1/me', { password, messages });
}

/** Waits for some work while the clock moves from one step of the removal to the next. */
export async function whileClockMoves<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const push = setInterval(() => clock.advance(REMOVAL_PAUSE_MS), 10);
  return work.finally(() => clearInterval(push));
}

/** Moves the clock until no removal work is due; if asked, also after the second pass. */
export async function finishRemovals(clock: ManualClock, sql: Sql, passes: 1 | 2 = 1): Promise<void> {
  if (passes === 2) {
    await finishRemovals(clock, sql);
    clock.advance(SECOND_PASS_MS + REMOVAL_PERIOD_MS);
  }
  await until('the removal work is done', async () => {
    clock.advance(REMOVAL_PAUSE_MS);
    const left = await sql.rows('SELECT FROM account_removals WHERE due_at <= $1', [new Date(clock.wall())]);
    return left.length === 0;
  });
}

/** Returns the tables that contain a word. */
export async function tablesWith(sql: Sql, word: string): Promise<string[]> {
  const tables = await sql.rows<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.rows(`SELECT FROM "${name}" t WHERE t::text ILIKE $1 LIMIT 1`, [`%${word}%`]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** Returns a room's events, as a person gets them over a socket from the first on. */
export async function eventsOf(app: TestApp, who: Person, { id }: Room): Promise<RoomEvent[]> {
  const socket = await signIn(app, who.token, [{ roomId: id, after: 0 }]);
  socket.ws.terminate();
  return socket.log(id);
}
