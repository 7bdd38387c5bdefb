/** The real store and appender on a database of their own, for tests without a door. */
import { randomUUID } from 'node:crypto';
import { ChatError } from '@banter/protocol';
import { systemClock } from '../../src/clock.ts';
import { type Appender, createAppender, type NewChange } from '../../src/store/append/appender.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { createTestDatabase } from './database.ts';
import { openSql, type Sql } from './sql.ts';

/** A person who acts. */
export type Named = { id: number; username: string };

/** An act without its room and actor. */
export type Act = NewChange extends infer C
  ? C extends NewChange
    ? Omit<C, 'roomId' | 'actor'>
    : never
  : never;

export type TestStore = {
  readonly store: Store;
  readonly appender: Appender;
  readonly sql: Sql;
  /** Creates an account that nobody can sign in to. */
  account(username: string, isAdmin?: boolean): Promise<Named>;
  /** Creates a room and returns its id. @throws RangeError if the name is taken. */
  room(name: string, owner: Named, kind?: 'open' | 'closed'): Promise<number>;
  close(): Promise<void>;
};

const silent = () => {};
const ACCOUNT = `
  INSERT INTO accounts (username, password_hash, created_at, is_admin) VALUES ($1, '', now(), $2) RETURNING id, username`;

/** Opens both on a new database, which `close` drops. Published events go nowhere. */
export async function openTestStore(): Promise<TestStore> {
  const testDatabase = await createTestDatabase();
  const open = () => openDatabase({ url: testDatabase.url, onProblem: silent });
  const database = open();
  const store = createStore(database);
  const sql = await openSql(testDatabase.url);
  const appender = createAppender({
    openDatabase: open,
    clock: systemClock,
    publish: silent,
    onUncertain: silent,
  });
  return {
    store,
    appender,
    sql,
    account: (username, isAdmin = false) => sql.row<Named>(ACCOUNT, [username, isAdmin]),
    async room(name, { id: ownerId }, kind = 'open') {
      const created = await store.rooms.create({ name, kind, topic: '', ownerId });
      if (!created) throw new RangeError(`the room's name ${name} is taken`);
      return created.id;
    },
    async close() {
      await appender.close();
      await database.close();
      await sql.close();
      await testDatabase.drop();
    },
  };
}

export type Acts = {
  act(actor: Named, change: Act): ReturnType<Appender['change']>;
  append(author: Named, said: Said): ReturnType<Appender['append']>;
  /** Sends a message and returns its seq. `names` are those that it may mention. */
  say(author: Named, content: string, names?: string[], id?: string): Promise<number>;
  /** Does an act and returns the code of its refusal, or `done`. */
  codeOf(actor: Named, change: Act): Promise<string>;
};

type Said = { content: string; id?: string; replyTo?: number; names?: string[] };

/** Acts of people in the test's current room. */
export function actsIn(at: () => Pick<TestStore, 'appender'>, roomId: () => number): Acts {
  const acts: Acts = {
    act: (actor, change) => at().appender.change({ ...change, roomId: roomId(), actor } as NewChange),
    append: ({ id: userId, username }, { id = randomUUID(), ...said }) =>
      at().appender.append({ roomId: roomId(), userId, username, id, ...said }),
    say: async (author, content, names = [], id = randomUUID()) =>
      (await acts.append(author, { content, names, id })).seq,
    codeOf: (actor, change) => refusalOf(acts.act(actor, change)),
  };
  return acts;
}

/** Returns the code of a refusal, or `done`. */
export function refusalOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof ChatError ? error.code : String(error)),
  );
}
