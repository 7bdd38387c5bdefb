/** Acts on messages and their effect on unread counts, through the appender and the real store. */
import { QUOTE_MAX_CHARS } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actsIn, type Named, openTestStore, refusalOf, type TestStore } from '../harness/store.ts';

let at: TestStore;
let ann: Named;
let bob: Named;
let eve: Named;
let room = 0;
let rooms = 0;

beforeAll(async () => {
  at = await openTestStore();
  [ann, bob, eve] = [await at.account('ann'), await at.account('bob'), await at.account('eve')];
});
beforeEach(async () => {
  room = await at.room(`r${++rooms}`, ann);
  await act(bob, { type: 'join' });
});
afterAll(() => at.close());

const { act, append, say, codeOf } = actsIn(
  () => at,
  () => room,
);

describe('an edit', () => {
  it('[M1] replaces text and mentions, and sets the time of the edit', async () => {
    const seq = await say(ann, 'call bob', ['bob']);
    await act(ann, { type: 'edit', target: seq, content: 'call nobody' });
    const message = await at.store.messages.find(room, ann.id, seq);
    expect(message).toMatchObject({ content: 'call nobody', editedAt: expect.any(String) });
    expect(message).not.toHaveProperty('mentions');
    expect((await seenBy(bob)).mentions).toBe(0);
    expect(await texts('call bob')).toBe(0);
  });

  it('[M1] [S2] shows in the reply to a repeated send, as a deletion does', async () => {
    const seq = await say(ann, 'before', [], 'id-again');
    await act(ann, { type: 'edit', target: seq, content: 'after' });
    const repeat = () => append(ann, { content: 'before', id: 'id-again' });
    expect(await repeat()).toMatchObject({ seq, duplicate: true, now: { content: 'after' } });
    await act(ann, { type: 'delete', target: seq });
    const { now } = await repeat();
    expect(now).toHaveProperty('deletedAt');
    expect(now).not.toHaveProperty('content');
  });

  it('is for the author only, and for messages that exist', async () => {
    const seq = await say(ann, 'mine');
    expect(await codeOf(bob, { type: 'edit', target: seq, content: 'yours' })).toBe('forbidden');
    expect(await codeOf(ann, { type: 'edit', target: 999, content: 'x' })).toBe('not_found');
    expect(await codeOf(eve, { type: 'edit', target: seq, content: 'x' })).toBe('not_member');
  });

  it('[O1] gets a seq of its own among many concurrent ones', async () => {
    const seqs = await Promise.all(Array.from({ length: 20 }, () => say(ann, 'first')));
    const done = await Promise.all(
      seqs.map((target) => act(ann, { type: 'edit', target, content: 'second' })),
    );
    expect(new Set(done.map((one) => (one.changed ? one.event.seq : 0))).size).toBe(20);
    expect(await texts('first')).toBe(0);
  });
});

it('[M3] a quote is the first line, up to its maximum length', async () => {
  const seq = await say(ann, `${'x'.repeat(QUOTE_MAX_CHARS + 1)}\nsecond`);
  const { quote } = await append(bob, { content: 'ok', replyTo: seq });
  expect(quote).toEqual({ userId: ann.id, username: 'ann', line: 'x'.repeat(QUOTE_MAX_CHARS) });
});

describe('a deletion', () => {
  it('[M2] removes text, mentions, reactions and quotes, and keeps seq and id', async () => {
    const seq = await say(ann, 'a secret for bob', ['bob'], 'id-secret');
    await act(bob, { type: 'react', target: seq, emoji: '👍', on: true });
    const answer = await append(bob, { content: 'ok', replyTo: seq });
    expect((await at.store.messages.find(room, bob.id, answer.seq))?.quote?.line).toBe('a secret for bob');
    await act(ann, { type: 'delete', target: seq });
    expect(await at.store.messages.find(room, bob.id, seq)).not.toHaveProperty('content');
    expect(await at.store.messages.find(room, bob.id, answer.seq)).not.toHaveProperty('quote');
    expect(await texts('secret')).toBe(0);
    expect(await at.sql.rows('SELECT FROM reactions WHERE room_id = $1', [room])).toEqual([]);
    expect((await seenBy(bob)).mentions).toBe(0);
  });

  it('[S2] [M2] keeps nothing to compare with: every content of its id is a repeat', async () => {
    const seq = await say(ann, 'gone', [], 'id-gone');
    expect(await refusalOf(append(ann, { content: 'another', id: 'id-gone' }))).toBe('idempotency_conflict');
    await act(ann, { type: 'delete', target: seq });
    const repeats = ['another', 'gone', 'a third'].map((content) => append(ann, { content, id: 'id-gone' }));
    for (const repeat of await Promise.all(repeats))
      expect(repeat).toMatchObject({ seq, duplicate: true, now: { deletedAt: expect.any(String) } });
    expect(await texts('another')).toBe(0);
  });

  it('is for the author and for moderators', async () => {
    const seq = await say(ann, 'stays');
    expect(await codeOf(bob, { type: 'delete', target: seq })).toBe('forbidden');
    const other = await say(bob, 'goes');
    expect((await act(ann, { type: 'delete', target: other })).changed).toBe(true);
    expect((await act(ann, { type: 'delete', target: other })).changed).toBe(false);
  });
});

it('a person has one reaction of each emoji, and a message has twenty emoji at most', async () => {
  const seq = await say(ann, 'vote');
  const react = (emoji: string, on = true) => act(bob, { type: 'react', target: seq, emoji, on });
  expect([(await react('👍')).changed, (await react('👍')).changed]).toEqual([true, false]);
  await act(ann, { type: 'react', target: seq, emoji: '👍', on: true });
  const message = await at.store.messages.find(room, bob.id, seq);
  expect(message?.reactions).toEqual([{ emoji: '👍', count: 2, mine: true }]);
  for (let i = 0; i < 19; i++) await react(String.fromCodePoint(0x1f400 + i));
  expect(await codeOf(bob, { type: 'react', target: seq, emoji: '🎉', on: true })).toBe('conflict');
});

describe('unread counts', () => {
  it('exclude own messages, joins and edits, and follow the mark forwards only', async () => {
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
});

async function seenBy(reader: Named): Promise<{ unread: number; mentions: number }> {
  const found = await at.store.rooms.find(room, reader.id);
  return { unread: found?.unread ?? -1, mentions: found?.mentions ?? -1 };
}

function mark(reader: Named, seq: number) {
  return at.store.memberships.moveReadMark(room, reader.id, seq);
}

/** Counts rows with these words in every table that holds texts. */
async function texts(words: string): Promise<number> {
  const { count } = await at.sql.row<{ count: number }>(
    `SELECT (SELECT count(*) FROM messages WHERE content LIKE $1)
          + (SELECT count(*) FROM search_entries WHERE folded LIKE $1) AS count`,
    [`%${words}%`],
  );
  return count;
}
