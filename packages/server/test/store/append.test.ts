/** The append: batches with duplicates and refusals, compared with a model in TypeScript. */
import { ChatError } from '@banter/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { insertChanges } from '../../src/store/append/append-sql.ts';
import { createAppender, type NewChange, type NewMessage } from '../../src/store/append/appender.ts';
import { insertMessages } from '../../src/store/append/insert-messages.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { printedChance } from '../harness/seed.ts';
import { openSql, type Sql, storedEvents } from '../harness/sql.ts';

const RUNS = 60;

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let ann: number;
let bob: number;
let open: number;
let closed: number;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, onProblem: () => {} });
  sql = await openSql(testDatabase.url);
  [ann, bob] = [await account('ann'), await account('bob')];
});
beforeEach(async () => {
  await sql.rows('TRUNCATE rooms, memberships, events, messages CASCADE');
  [open, closed] = [await room('open-room', 'open'), await room('closed-room', 'closed')];
});
afterAll(async () => {
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

describe('a batch', () => {
  it('[O1] [S2] has an outcome for each item: stored, duplicate, conflict, not a member, no target', async () => {
    const batch = [
      message({ id: 'id-one-1', content: 'one' }),
      message({ id: 'id-one-1', content: 'one' }),
      message({ id: 'id-one-1', content: 'other' }),
      message({ userId: bob }),
      message({ userId: bob, roomId: closed }),
      message({ roomId: 999_999 }),
      message({ replyTo: 77 }),
      message({ id: 'id-two-2', content: 'two' }),
      message({ roomId: closed, id: 'id-one-1', content: 'elsewhere' }),
    ];
    expect(await outcomes(batch)).toEqual([
      'stored 2',
      'duplicate 2',
      'idempotency_conflict',
      'not_member',
      'not_found',
      'not_found',
      'invalid',
      'stored 3',
      'stored 2',
    ]);
    expect(await outcomes(batch.slice(0, 3))).toEqual(['duplicate 2', 'duplicate 2', 'idempotency_conflict']);
    expect(await storedSeqs(open)).toEqual([1, 2, 3]);
  });

  it('[S2] a refused item leaves its id free', async () => {
    const refused = message({ id: 'id-retry', content: 'again', replyTo: 77 });
    const plain = message({ id: 'id-retry', content: 'again' });
    expect(await outcomes([refused, plain])).toEqual(['invalid', 'stored 2']);
  });

  it('[S2] counts a repeat once towards the messages that a direct room takes before it is accepted', async () => {
    await sql.rows('UPDATE rooms SET message_max = 2 WHERE id = $1', [open]);
    const [one, two] = [message({ id: 'id-one-1' }), message({ id: 'id-two-2' })];
    const batch = [one, one, two, two, message({ id: 'id-three' }), one];
    expect(await outcomes(batch)).toEqual([
      'stored 2',
      'duplicate 2',
      'stored 3',
      'duplicate 3',
      'forbidden',
      'duplicate 2',
    ]);
    expect(await outcomes([two])).toEqual(['duplicate 3']);
  });

  it('[O1] gives the outcomes of the model, for random batches', async () => {
    const item = fc.record({
      roomId: fc.constantFrom(0, 1, 2),
      userId: fc.constantFrom(0, 1),
      id: fc.constantFrom('id-a-0000', 'id-b-0000', 'id-c-0000'),
      content: fc.constantFrom('x', 'y'),
      replyTo: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    });
    const batches = fc.array(fc.array(item, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
    const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`append: TEST_SEED=${seed}\n`);
    await fc.assert(
      fc.asyncProperty(batches, async (items) => {
        await sql.rows('TRUNCATE rooms, memberships, events, messages CASCADE');
        const rooms = [await room('open-room', 'open'), await room('closed-room', 'closed'), 999_999];
        const model = createModel(rooms);
        for (const batch of items) {
          const messages = batch.map(({ roomId, userId, replyTo, ...rest }) =>
            message({
              ...rest,
              roomId: rooms[roomId] ?? 0,
              userId: [ann, bob][userId] ?? 0,
              ...(replyTo === undefined ? {} : { replyTo }),
            }),
          );
          expect(await outcomes(messages)).toEqual(model(messages));
        }
        for (const id of rooms.slice(0, 2)) {
          const seqs = await storedSeqs(id);
          expect(seqs).toEqual(seqs.map((_, i) => i + 1));
        }
      }),
      { seed, numRuns: RUNS },
    );
  });
});

describe('a batch of joins and leaves', () => {
  it('[O1] [A5] has seqs without holes, an exact member count, and an outcome for each person', async () => {
    const people: number[] = [];
    for (let i = 0; i < 20; i++) people.push(await account(`crowd-${i}`));
    const chance = printedChance('entries');
    const members = new Map([open, closed].map((id) => [id, new Set([ann])]));
    for (let round = 0; round < 20; round++) {
      const seen = new Set<string>();
      const changes: NewChange[] = [];
      for (let i = 0; i < 15; i++) {
        const roomId = chance.pick([open, open, closed, 999_999]);
        const actor = { id: chance.pick(people), username: 'someone' };
        if (seen.size === seen.add(`${roomId} ${actor.id}`).size) continue;
        changes.push({ type: chance.pick(['join', 'leave'] as const), roomId, actor });
      }
      const outcomes = await insertChanges(database, changes);
      expect(
        outcomes.map((outcome) => (outcome instanceof ChatError ? outcome.code : outcome.changed)),
      ).toEqual(
        changes.map(({ type, roomId, actor }) => {
          const inside = members.get(roomId);
          if (!inside || roomId === closed) return 'not_found';
          if (type === 'leave') return inside.delete(actor.id);
          return inside.size !== inside.add(actor.id).size;
        }),
      );
      const seqs = outcomes.flatMap((outcome) =>
        'event' in outcome ? [(outcome.event as { seq: number }).seq] : [],
      );
      expect(await storedSeqs(open)).toEqual(expect.arrayContaining(seqs));
    }
    const seqs = await storedSeqs(open);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    const state = 'SELECT last_seq, member_count FROM rooms WHERE id = $1';
    expect(await sql.row(state, [open])).toEqual({
      last_seq: seqs.length,
      member_count: members.get(open)?.size,
    });
    const joined = `SELECT array_agg(account_id::integer ORDER BY account_id) AS ids FROM memberships WHERE room_id = $1`;
    expect(await sql.row(joined, [open])).toEqual({
      ids: [...(members.get(open) ?? [])].sort((a, b) => a - b),
    });
  });

  it('[O1] fails as a whole if a person occurs twice, and stores nothing', async () => {
    const join: NewChange = { type: 'join', roomId: open, actor: { id: bob, username: 'bob' } };
    await expect(insertChanges(database, [join, join])).rejects.toMatchObject({ code: '23505' });
    expect(await storedSeqs(open)).toEqual([1]);
  });
});

describe('a message that the store rejects', () => {
  it('[S5] fails alone: the rest of its batch is stored and published in order', async () => {
    await sql.rows("ALTER TABLE messages ADD CONSTRAINT no_poison CHECK (content <> 'poison')");
    const shown: number[] = [];
    const appender = createAppender({
      openDatabase: () => openDatabase({ url: testDatabase.url, maxConnections: 1, onProblem: () => {} }),
      clock: systemClock,
      publish: (events) => void shown.push(...events.map(({ seq }) => seq)),
      onUncertain: () => {},
    });
    const contents = Array.from({ length: 101 }, (_, i) => (i === 37 || i === 80 ? 'poison' : `good ${i}`));
    const results = await Promise.allSettled(
      contents.map((content, i) => appender.append(message({ id: `id-number-${i}`, content }))),
    );
    const failed = results.flatMap((result, i) =>
      result.status === 'rejected' ? [[i, result.reason.code]] : [],
    );
    expect(failed).toEqual([
      [37, 'internal'],
      [80, 'internal'],
    ]);
    expect(shown).toEqual(Array.from({ length: 99 }, (_, i) => i + 2));
    expect((await storedEvents(sql, open)).slice(1).map(({ content }) => content)).toEqual(
      contents.filter((content) => content !== 'poison'),
    );
    await appender.close();
    await sql.rows('ALTER TABLE messages DROP CONSTRAINT no_poison');
  });
});

/** The same rules, one item at a time, on plain values. Ann is in both rooms, Bob in none. */
function createModel(rooms: readonly number[]): (batch: readonly NewMessage[]) => string[] {
  const kept = new Map<string, { seq: number; said: string }>();
  const heads = new Map(rooms.slice(0, 2).map((id) => [id, 1]));
  const messageSeqs = new Set<string>();
  const decide = (
    { roomId, userId, id, content, replyTo }: NewMessage,
    before: ReadonlySet<string>,
  ): string => {
    const key = `${roomId} ${userId} ${id}`;
    const said = `${replyTo ?? ''}:${content}`;
    const known = kept.get(key);
    if (known && before.has(key))
      return known.said === said ? `duplicate ${known.seq}` : 'idempotency_conflict';
    const head = heads.get(roomId);
    if (head === undefined || (userId !== ann && roomId === rooms[1])) return 'not_found';
    if (userId !== ann) return 'not_member';
    if (replyTo !== undefined && !before.has(`${roomId} ${replyTo}`)) return 'invalid';
    if (known) return known.said === said ? `duplicate ${known.seq}` : 'idempotency_conflict';
    heads.set(roomId, head + 1);
    kept.set(key, { seq: head + 1, said });
    messageSeqs.add(`${roomId} ${head + 1}`);
    return `stored ${head + 1}`;
  };
  return (batch) => {
    // Replies and known ids refer to the state before the batch.
    const before = new Set([...messageSeqs, ...kept.keys()]);
    return batch.map((item) => decide(item, before));
  };
}

async function outcomes(batch: readonly NewMessage[]): Promise<string[]> {
  const found = await insertMessages(database, batch);
  return found.map((one) =>
    one instanceof ChatError ? one.code : `${one.duplicate ? 'duplicate' : 'stored'} ${one.seq}`,
  );
}

function message(some: Partial<NewMessage>): NewMessage {
  return { roomId: open, userId: ann, username: 'ann', id: 'id-default', content: 'text', ...some };
}

async function account(name: string): Promise<number> {
  const insert = `INSERT INTO accounts (username, password_hash, created_at) VALUES ($1, '', now()) RETURNING id`;
  return (await sql.row<{ id: number }>(insert, [name])).id;
}

async function room(name: string, kind: string): Promise<number> {
  const create = "SELECT room_id FROM create_room($1, $2, '', $3)";
  return (await sql.row<{ room_id: number }>(create, [name, kind, ann])).room_id;
}

async function storedSeqs(roomId: number): Promise<number[]> {
  return (await storedEvents(sql, roomId)).map(({ seq }) => seq);
}
