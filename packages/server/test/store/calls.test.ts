/** Whom a message calls [N2], through the appender and the real store. */
import { MENTIONS_MAX } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actsIn, type Named, openTestStore, type TestStore } from '../harness/store.ts';

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

const { act, append, say } = actsIn(
  () => at,
  () => room,
);

describe('a name', () => {
  it('[N2] calls a member, and the first fifty names at most', async () => {
    const crowd = await Promise.all(Array.from({ length: MENTIONS_MAX + 5 }, (_, i) => at.account(`c${i}`)));
    await Promise.all(crowd.map((one) => act(one, { type: 'join' })));
    const names = crowd.map(({ username }) => username).reverse();
    const { mentions } = await append(ann, { content: 'all', names: ['eve', ...names] });
    const first = crowd.slice(-MENTIONS_MAX).map(({ id }) => id);
    expect(mentions).toEqual(first.sort((one, other) => one - other));
  });

  it('[N2] is @room only if the author moderates the room', async () => {
    expect((await append(bob, { content: '@room hello', names: ['@room'] })).mentions).toBeNull();
    expect((await append(ann, { content: '@room hello', names: ['@room'] })).mentions).toEqual([0]);
    expect(await countOf(bob)).toBe(1);
    expect(await countOf(ann)).toBe(0);
  });
});

describe('a reply', () => {
  it('[N2] calls the author of the message, once', async () => {
    const seq = await say(ann, 'question');
    expect((await append(bob, { content: 'answer', replyTo: seq })).mentions).toEqual([ann.id]);
    expect((await append(bob, { content: 'ann: so', replyTo: seq, names: ['ann'] })).mentions).toEqual([
      ann.id,
    ]);
    expect(await countOf(ann)).toBe(2);
  });

  it('[N2] to oneself, to a deleted message, or to somebody who left calls nobody', async () => {
    const own = await say(bob, 'mine');
    expect((await append(bob, { content: 'more', replyTo: own })).mentions).toBeNull();
    const deleted = await say(ann, 'oops');
    await act(ann, { type: 'delete', target: deleted });
    expect((await append(bob, { content: 'what?', replyTo: deleted })).mentions).toBeNull();
    await act(eve, { type: 'join' });
    const left = await say(eve, 'bye');
    await act(eve, { type: 'leave' });
    expect((await append(bob, { content: 'bye', replyTo: left })).mentions).toBeNull();
  });

  it('[N2] calls the author also after an edit', async () => {
    const seq = await say(ann, 'question');
    const reply = await append(bob, { content: 'anser', replyTo: seq });
    await act(bob, { type: 'edit', target: reply.seq, content: 'answer' });
    expect((await at.store.messages.find(room, ann.id, reply.seq))?.mentions).toEqual([ann.id]);
    expect(await countOf(ann)).toBe(1);
  });

  it('[N2] by an ignored person is not counted', async () => {
    const seq = await say(ann, 'question');
    await at.store.ignored.insert(ann.id, bob.id, 10);
    await append(bob, { content: 'answer', replyTo: seq });
    expect(await countOf(ann)).toBe(0);
    await at.store.ignored.delete(ann.id, bob.id);
    expect(await countOf(ann)).toBe(1);
  });
});

it('[N2] every message in a direct room calls everybody else in it', async () => {
  ({ roomId: room } = await at.store.rooms.openDirect([ann.id, bob.id]));
  expect((await append(bob, { content: 'hi' })).mentions).toEqual([0]);
  await append(bob, { content: 'hi @room', names: ['@room'] });
  expect([await countOf(ann), await countOf(bob)]).toEqual([2, 0]);
});

async function countOf(reader: Named): Promise<number> {
  return (await at.store.rooms.find(room, reader.id))?.mentions ?? -1;
}
