/** A fake database in which each statement waits until the test answers it. */

import { ChatError } from '@banter/protocol';
import type { Database, Statement } from '../../src/store/database/database.ts';

/** A statement that waits for its answer. */
export type ScriptedCall = {
  statement: Statement;
  params: readonly unknown[];
  /** Lets the statement succeed with these rows. */
  answer(rows: readonly object[]): void;
  /** Lets the statement fail. */
  fail(error: unknown): void;
};

/** The database. */
export type ScriptedDatabase = Database & {
  /** All statements so far. */
  readonly calls: ScriptedCall[];
  readonly isClosed: boolean;
  /** While true, every ping fails. */
  isAway: boolean;
};

/** Creates a database without any statement. */
export function createScriptedDatabase(): ScriptedDatabase {
  const calls: ScriptedCall[] = [];
  let isClosed = false;
  const database: ScriptedDatabase = {
    calls,
    isAway: false,
    get isClosed() {
      return isClosed;
    },
    query: <Row>(statement: Statement, params: readonly unknown[] = []) =>
      new Promise<Row[]>((resolve, reject) => {
        calls.push({ statement, params, answer: (rows) => resolve(rows as Row[]), fail: reject });
      }),
    transaction: () => Promise.reject(new Error('this database has no transactions')),
    ping: () => (database.isAway ? Promise.reject(new ChatError('unavailable')) : Promise.resolve()),
    async close() {
      isClosed = true;
    },
  };
  return database;
}
