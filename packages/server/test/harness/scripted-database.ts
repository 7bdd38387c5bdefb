/** A database at the seam of the query layer: each statement waits until the test says how it ended. */

import { ChatError } from '@banter/protocol';
import type { Database, Statement } from '../../src/store/database/database.ts';

export type ScriptedCall = {
  statement: Statement;
  params: readonly unknown[];
  answer(rows: readonly object[]): void;
  fail(error: unknown): void;
};

export type ScriptedDatabase = Database & {
  readonly calls: ScriptedCall[];
  readonly isClosed: boolean;
  /** While true, no ping is answered with success. */
  isAway: boolean;
};

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
    transaction: () => Promise.reject(new Error('nothing here runs a transaction')),
    ping: () => (database.isAway ? Promise.reject(new ChatError('unavailable')) : Promise.resolve()),
    async close() {
      isClosed = true;
    },
  };
  return database;
}
