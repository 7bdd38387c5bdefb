/** A database at the seam of the query layer: each statement waits until the test says how it ended. */

import type { Database, Statement } from '../../src/store/database.ts';

export type ScriptedCall = {
  statement: Statement;
  params: readonly unknown[];
  answer(rows: readonly object[]): void;
  fail(error: unknown): void;
};

export type ScriptedDatabase = Database & { readonly calls: ScriptedCall[]; readonly isClosed: boolean };

export function createScriptedDatabase(): ScriptedDatabase {
  const calls: ScriptedCall[] = [];
  let isClosed = false;
  return {
    calls,
    get isClosed() {
      return isClosed;
    },
    query: <Row>(statement: Statement, params: readonly unknown[] = []) =>
      new Promise<Row[]>((resolve, reject) => {
        calls.push({ statement, params, answer: (rows) => resolve(rows as Row[]), fail: reject });
      }),
    transaction: () => Promise.reject(new Error('nothing here runs a transaction')),
    ping: () => Promise.resolve(),
    async close() {
      isClosed = true;
    },
  };
}
