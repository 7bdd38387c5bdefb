/** Acts on messages, people and rooms, through the appender and the real store. */

import { CALLED_MAX, ChatError, QUOTE_MAX_CHARS } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { APPEND_SQL } from '../../src/store/append-sql.ts';
import { type Appender, createAppender, type NewChange } from '../../src/store/appender.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

type Named = { id: number; username: string };
type Act = NewChange extends infer C ? (C extends NewChange ? Omit<C, 'roomId' | 'actor'> : never) : never;

let testDatabase: TestDatabase;
let database: Database;
let store: Store;
let sql: Sql;
let appender: Appender;
let [ann, bob, eve]: Named[] = [];
let room = 0;
let sent = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const open = () => openDatabase({ url: testDatabase.url, onProblem: () => {} });
  database = open();
  store = createStore(database);
  sql = await openSql(testDatabase.url);
  appender = createAppender({
    openDatabase: open,
    clock: systemClock,
    publish: () => {},
    onUncertain: () => {},
  });
  [ann, bob, eve] = [await account('ann'), await account('bob'), await account('eve')];
});
beforeEach(async () => {
  const created = await store.rooms.create({
    name: `r${++sent}`,
    kind: 'open',
    topic: '',
    ownerId: who(ann).id,
  });
  room = created?.id ?? 0;
  await act(bob, { type: 'join' });
});
afterAll(async () => {
  await appender.close();
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

describe('an edit', () => {
  it('[M1] leaves the new text alone, whom it calls now, and when it was made', async () => {
    const seq = await say(ann, 'call bob', ['bob']);
    await act(ann, { type: 'edit', target: seq, content: 'call nobody' });
    const message = await store.messages.find(room, who(ann).id, seq);
    expect(message).toMatchObject({ content: 'call nobody', editedAt: expect.any(String) });
    expect(message).not.toHaveProperty('mentions');
    expect((await seenBy(bob)).mentions).toBe(0);
    expect(await texts('call bob')).toBe(0);
  });

  it('[M1] [S2] is what a repeat of the send is answered with, and so is a deletion', async () => {
    const seq = await say(ann, 'before', [], 'id-again');
    await act(ann, { type: 'edit', target: seq, content: 'after' });
    const repeat = () => append(ann, { content: 'before', id: 'id-again' });
    expect(await repeat()).toMatchObject({ seq, duplicate: true, now: { content: 'after' } });
    await act(ann, { type: 'delete', target: seq });
    const { now } = await repeat();
    expect(now).toHaveProperty('deletedAt');
    expect(now).not.toHaveProperty('content');
  });

  it('is the author’s alone, and of a message that is there', async () => {
    const seq = await say(ann, 'mine');
    expect(await codeOf(bob, { type: 'edit', target: seq, content: 'yours' })).toBe('forbidden');
    expect(await codeOf(ann, { type: 'edit', target: 999, content: 'x' })).toBe('not_found');
    expect(await codeOf(eve, { type: 'edit', target: seq, content: 'x' })).toBe('not_member');
  });

  it('[O1] of many at once each gets a place of its own', async () => {
    const seqs = await Promise.all(Array.from({ length: 20 }, () => say(ann, 'first')));
    const done = await Promise.all(
      seqs.map((target) => act(ann, { type: 'edit', target, content: 'second' })),
    );
    expect(new Set(done.map((one) => (one.changed ? one.event.seq : 0))).size).toBe(20);
    expect(await texts('first')).toBe(0);
  });
});

it('a quote is the first line, and no more of it than there is room for', async () => {
  const seq = await say(ann, `${'x'.repeat(QUOTE_MAX_CHARS + 1)}\nsecond`);
  const { quote } = await append(bob, { content: 'ok', replyTo: seq });
  expect(quote).toEqual({ userId: who(ann).id, username: 'ann', line: 'x'.repeat(QUOTE_MAX_CHARS) });
});

describe('a deletion', () => {
  it('[M2] takes the text, the calls, the reactions and the quotes, and keeps place and id', async () => {
    const seq = await say(ann, 'a secret for bob', ['bob'], 'id-secret');
    await act(bob, { type: 'react', target: seq, emoji: '👍', on: true });
    const answer = await append(bob, { content: 'ok', replyTo: seq });
    expect((await store.messages.find(room, who(bob).id, answer.seq))?.quote?.line).toBe('a secret for bob');
    await act(ann, { type: 'delete', target: seq });
    expect(await store.messages.find(room, who(bob).id, seq)).not.toHaveProperty('content');
    expect(await store.messages.find(room, who(bob).id, answer.seq)).not.toHaveProperty('quote');
    expect(await texts('secret')).toBe(0);
    expect(await sql.rows('SELECT FROM reactions WHERE room_id = $1', [room])).toEqual([]);
    expect((await seenBy(bob)).mentions).toBe(0);
    expect(await append(ann, { content: 'another', id: 'id-secret' })).toMatchObject({
      seq,
      duplicate: true,
    });
  });

  it('is the author’s and the moderators’', async () => {
    const seq = await say(ann, 'stays');
    expect(await codeOf(bob, { type: 'delete', target: seq })).toBe('forbidden');
    const other = await say(bob, 'goes');
    expect((await act(ann, { type: 'delete', target: other })).changed).toBe(true);
    expect((await act(ann, { type: 'delete', target: other })).changed).toBe(false);
  });
});

it('a reaction counts once a person and kind, and of kinds there are twenty', async () => {
  const seq = await say(ann, 'vote');
  const react = (emoji: string, on = true) => act(bob, { type: 'react', target: seq, emoji, on });
  expect([(await react('👍')).changed, (await react('👍')).changed]).toEqual([true, false]);
  await act(ann, { type: 'react', target: seq, emoji: '👍', on: true });
  const message = await store.messages.find(room, who(bob).id, seq);
  expect(message?.reactions).toEqual([{ emoji: '👍', count: 2, mine: true }]);
  for (let i = 0; i < 19; i++) await react(String.fromCodePoint(0x1f400 + i));
  expect(await codeOf(bob, { type: 'react', target: seq, emoji: '🎉', on: true })).toBe('conflict');
});

describe('counts of what is unread', () => {
  it('leave out one’s own, joins and edits, and follow the mark forwards only', async () => {
    const first = await say(ann, 'one');
    await say(bob, 'mine');
    await say(ann, 'two for bob', ['bob']);
    await act(eve, { type: 'join' });
    await act(ann, { type: 'edit', target: first, content: 'one!' });
    expect(await seenBy(bob)).toEqual({ unread: 2, mentions: 1 });
    await mark(bob, first);
    expect(await seenBy(bob)).toEqual({ unread: 1, mentions: 1 });
    await mark(bob, 1);
    expect(await seenBy(bob)).toEqual({ unread: 1, mentions: 1 });
    await mark(bob, 1_000);
    expect(await seenBy(bob)).toEqual({ unread: 0, mentions: 0 });
    await say(bob, 'mine again');
    expect(await seenBy(bob)).toEqual({ unread: 0, mentions: 0 });
  });

  it('calls no more members than there are calls in a message', async () => {
    const crowd = await Promise.all(
      Array.from({ length: CALLED_MAX + 5 }, (_, i) => account(`c${++sent}x${i}`)),
    );
    await Promise.all(crowd.map((one) => act(one, { type: 'join' })));
    const { mentions } = await append(ann, { content: 'all', names: crowd.map(({ username }) => username) });
    expect(mentions).toHaveLength(CALLED_MAX);
  });

  it('call a room for its moderators only', async () => {
    await say(bob, '@room hello', ['@room']);
    expect((await seenBy(ann)).mentions).toBe(0);
    await say(ann, '@room hello', ['@room']);
    expect((await seenBy(bob)).mentions).toBe(1);
  });
});

describe('order in a room', () => {
  it('[A3] a ban shuts out until its end, and is lifted', async () => {
    await act(ann, { type: 'ban', target: who(bob), until: '2999-01-01T00:00:00.000Z', reason: 'noise' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('not_member');
    expect(await codeOf(bob, { type: 'join' })).toBe('forbidden');
    const [event] = (await store.events.listAfter(room, 0, 50)).slice(-1);
    expect(event).toMatchObject({ type: 'ban', until: '2999-01-01T00:00:00.000Z', reason: 'noise' });
    await act(ann, { type: 'unban', target: who(bob) });
    expect((await act(bob, { type: 'join' })).changed).toBe(true);
  });

  it('a mute takes the voice, and gives it back', async () => {
    await act(ann, { type: 'mute', target: who(bob), until: '2999-01-01T00:00:00.000Z' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(ann, { type: 'mute', target: who(bob) });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('[G1] a mute outlasts leaving, a kick and coming back, and is lifted also while its person is out', async () => {
    await act(ann, { type: 'mute', target: who(bob), until: '2999-01-01T00:00:00.000Z' });
    await act(bob, { type: 'leave' });
    await act(bob, { type: 'join' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(ann, { type: 'kick', target: who(bob) });
    await act(ann, { type: 'role', target: who(bob), role: 'member' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(bob, { type: 'leave' });
    expect((await act(ann, { type: 'mute', target: who(bob) })).changed).toBe(true);
    await act(bob, { type: 'join' });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('[G1] the wait of slow mode outlasts leaving and coming back', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    await append(bob, { content: 'x' });
    await act(bob, { type: 'leave' });
    await act(bob, { type: 'join' });
    expect(await refusalOf(append(bob, { content: 'y' }))).toBe('rate_limited');
  });

  it('slow mode lets a member’s first message pass, also of one batch, and says when the next may', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    const answers = await Promise.allSettled([1, 2, 3].map((i) => append(bob, { content: `${i}` })));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const refused = await append(bob, { content: 'x' }).catch((error: ChatError) => error);
    expect(refused).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    await Promise.all([1, 2, 3].map((i) => append(ann, { content: `${i}` })));
  });

  it('an archived room is read only, until it is restored', async () => {
    await act(ann, { type: 'archive' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('forbidden');
    expect(await codeOf(eve, { type: 'join' })).toBe('not_found');
    await act(ann, { type: 'restore' });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('a repeat within a batch of slow mode is the first one again, and another message waits', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    const ids = ['id-once', 'id-once', 'id-other', 'id-once'];
    const texts = ['x', 'x', 'x', 'y'];
    const rows = await sql.rows<{ item: number; outcome: string; wait_ms: number | null }>(
      APPEND_SQL.messages.text,
      [
        ids.map(() => room),
        ids.map(() => who(bob).id),
        ids,
        texts,
        ids.map(() => null),
        ids.map(() => null),
        ids.map(() => null),
      ],
    );
    rows.sort((a, b) => a.item - b.item);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate', 'slow', 'id_conflict']);
    expect(rows[2]?.wait_ms).toBe(60_000);
  });

  it('a refusal for a mute says when it ends, of an edit and a reaction too', async () => {
    const seq = await say(bob, 'before');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await act(ann, { type: 'mute', target: who(bob), until });
    for (const attempt of [
      append(bob, { content: 'x' }),
      act(bob, { type: 'edit', target: seq, content: 'x' }),
      act(bob, { type: 'react', target: seq, emoji: '👍', on: true }),
    ]) {
      const refused = await attempt.catch((error: ChatError) => error);
      expect(refused).toMatchObject({ code: 'muted' });
      expect((refused as ChatError).retryAfterMs).toBeGreaterThan(3_500_000);
    }
    expect((await act(bob, { type: 'delete', target: seq })).changed).toBe(true);
  });

  it('[G1] a mute reaches also somebody who is yet to come, and is lifted from them', async () => {
    await act(ann, { type: 'mute', target: who(eve), until: '2999-01-01T00:00:00.000Z' });
    await act(eve, { type: 'join' });
    expect(await refusalOf(append(eve, { content: 'x' }))).toBe('muted');
    expect((await act(ann, { type: 'mute', target: who(eve) })).changed).toBe(true);
    expect((await act(ann, { type: 'mute', target: who(eve) })).changed).toBe(false);
    expect((await append(eve, { content: 'x' })).duplicate).toBe(false);
  });

  it('[C5] a moderator acts on no administrator of an open room, in it or not, and an owner does', async () => {
    const admin = await account('sheriff', true);
    await act(ann, { type: 'role', target: who(bob), role: 'moderator' });
    for (const change of [
      { type: 'kick', target: admin },
      { type: 'ban', target: admin },
      { type: 'mute', target: admin, until: '2999-01-01T00:00:00.000Z' },
    ] satisfies Act[]) {
      expect(await codeOf(bob, change), change.type).toBe('forbidden');
    }
    expect((await act(ann, { type: 'ban', target: admin })).changed).toBe(true);
    // They have an owner's rights here, outside too.
    expect((await act(admin, { type: 'unban', target: admin })).changed).toBe(true);
  });

  it('[C1] anyone may step down, nobody up, and a room is handed over so', async () => {
    expect(await codeOf(ann, { type: 'role', target: who(ann), role: 'member' })).toBe('conflict');
    await act(ann, { type: 'role', target: who(bob), role: 'owner' });
    expect((await act(ann, { type: 'role', target: who(ann), role: 'moderator' })).changed).toBe(true);
    expect(await codeOf(ann, { type: 'role', target: who(ann), role: 'owner' })).toBe('forbidden');
    expect(await codeOf(ann, { type: 'kick', target: who(bob) })).toBe('forbidden');
    expect((await act(ann, { type: 'role', target: who(ann), role: 'member' })).changed).toBe(true);
  });

  it('[C1] who is alone may leave, and the next who comes owns the room', async () => {
    await act(bob, { type: 'leave' });
    expect((await act(ann, { type: 'leave' })).changed).toBe(true);
    await act(eve, { type: 'join' });
    expect((await store.rooms.find(room, who(eve).id))?.role).toBe('owner');
  });

  it('[C1] the last owner stays while others are there, also where two leave at once', async () => {
    expect(await codeOf(ann, { type: 'leave' })).toBe('conflict');
    await act(ann, { type: 'role', target: who(bob), role: 'owner' });
    const both = await Promise.allSettled([act(ann, { type: 'leave' }), act(bob, { type: 'leave' })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('[C1] an administrator takes no room its last owner, and may once there is another', async () => {
    const admin = await account('root', true);
    for (const change of [
      { type: 'role', target: who(ann), role: 'member' },
      { type: 'kick', target: who(ann) },
      { type: 'ban', target: who(ann) },
    ] satisfies Act[]) {
      expect(await codeOf(admin, change), change.type).toBe('conflict');
    }
    await act(admin, { type: 'role', target: who(bob), role: 'owner' });
    expect((await act(admin, { type: 'kick', target: who(ann) })).changed).toBe(true);
    expect((await store.rooms.find(room, who(bob).id))?.role).toBe('owner');
  });

  it.each([
    { order: ['join', 'leave'], outcomes: ['done', 'last_owner'], owner: 'ann' },
    { order: ['leave', 'join'], outcomes: ['done', 'done'], owner: 'eve' },
  ])(
    '[C1] a room has an owner whoever comes and goes in one batch: $order',
    async ({ order, outcomes, owner }) => {
      await act(bob, { type: 'leave' });
      const people = order.map((kind) => who(kind === 'join' ? eve : ann).id);
      const rows = await sql.rows<{ outcome: string }>(APPEND_SQL.entries.text, [
        [room, room],
        people,
        order,
      ]);
      expect(rows.map(({ outcome }) => outcome)).toEqual(outcomes);
      const owners = await sql.rows(
        "SELECT username FROM memberships JOIN accounts ON id = account_id WHERE room_id = $1 AND role = 'owner'",
        [room],
      );
      expect(owners).toEqual([{ username: owner }]);
    },
  );

  it('[C1] an administrator adds to an empty room its owner first', async () => {
    const admin = await account('warden', true);
    await act(bob, { type: 'leave' });
    await act(ann, { type: 'leave' });
    expect(await codeOf(admin, { type: 'role', target: who(eve), role: 'member' })).toBe('conflict');
    expect((await act(admin, { type: 'role', target: who(eve), role: 'owner' })).changed).toBe(true);
  });

  it('[C1] who is banned is not the heir of an empty room: the next who comes is', async () => {
    await act(ann, { type: 'ban', target: who(bob) });
    await act(ann, { type: 'leave' });
    const people = [who(bob).id, who(eve).id];
    await sql.rows(APPEND_SQL.entries.text, [[room, room], people, ['join', 'join']]);
    expect((await store.rooms.find(room, who(eve).id))?.role).toBe('owner');
  });
});

it('the same people have one direct room, whoever asks and however many at once', async () => {
  const people = [who(ann).id, who(bob).id];
  const asked = await Promise.all(Array.from({ length: 20 }, () => store.rooms.openDirect(people)));
  expect(new Set(asked.map(({ roomId }) => roomId)).size).toBe(1);
  expect(asked.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect((await store.rooms.find(asked[0]?.roomId ?? 0, who(ann).id))?.people).toEqual([
    { userId: who(ann).id, username: 'ann' },
    { userId: who(bob).id, username: 'bob' },
  ]);
  expect(await store.rooms.find(asked[0]?.roomId ?? 0, who(eve).id)).toBeNull();
});

function who(person: Named | undefined): Named {
  if (!person) throw new RangeError('nobody is here');
  return person;
}

function act(actor: Named | undefined, change: Act) {
  return appender.change({ ...change, roomId: room, actor: who(actor) } as NewChange);
}

function append(author: Named | undefined, { content, id = `id-${++sent}-acts`, ...rest }: Said) {
  const { id: userId, username } = who(author);
  return appender.append({ roomId: room, userId, username, id, content, ...rest });
}
type Said = { content: string; id?: string; replyTo?: number; names?: string[] };

async function say(
  author: Named | undefined,
  content: string,
  names: string[] = [],
  id?: string,
): Promise<number> {
  return (await append(author, { content, names, ...(id === undefined ? {} : { id }) })).seq;
}

function codeOf(actor: Named | undefined, change: Act): Promise<string> {
  return refusalOf(act(actor, change));
}

function refusalOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof ChatError ? error.code : String(error)),
  );
}

async function seenBy(reader: Named | undefined): Promise<{ unread: number; mentions: number }> {
  const found = await store.rooms.find(room, who(reader).id);
  return { unread: found?.unread ?? -1, mentions: found?.mentions ?? -1 };
}

function mark(reader: Named | undefined, seq: number) {
  return store.memberships.moveReadMark(room, who(reader).id, seq);
}

/** How many rows of the tables that hold texts have these words. */
async function texts(words: string): Promise<number> {
  const { count } = await sql.row<{ count: number }>(
    `SELECT (SELECT count(*) FROM messages WHERE content LIKE $1)
          + (SELECT count(*) FROM search_entries WHERE content LIKE $1) AS count`,
    [`%${words}%`],
  );
  return count;
}

async function account(username: string, isAdmin = false): Promise<Named> {
  const insert = `
    INSERT INTO accounts (username, password_hash, created_at, is_admin) VALUES ($1, '', now(), $2) RETURNING id`;
  return { id: (await sql.row<{ id: number }>(insert, [username, isAdmin])).id, username };
}
