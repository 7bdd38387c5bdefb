/** Acts on people and rooms, through the appender and the real store. */
import type { ChatError } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { APPEND_SQL } from '../../src/store/append/append-sql.ts';
import { type Act, actsIn, type Named, openTestStore, refusalOf, type TestStore } from '../harness/store.ts';

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

it('[L8] counts the other rooms of a person, and knows their place in this one', async () => {
  const count = (who: Named, exceptId: number | null, isChosenOnly = true) =>
    at.store.memberships.countOf(who.id, { exceptId, isChosenOnly });
  const dan = await at.account('dan');
  const own = await at.room('dans', dan);
  expect(await count(dan, null)).toEqual({ joined: 1, owned: 1, role: null, isEmpty: false });
  expect(await count(dan, own)).toEqual({ joined: 0, owned: 0, role: 'owner', isEmpty: false });
  await act(ann, { type: 'role', target: dan, role: 'member' });
  expect(await count(dan, own)).toMatchObject({ joined: 0 });
  expect(await count(dan, own, false)).toMatchObject({ joined: 1, owned: 0 });
  expect(await count(dan, room)).toMatchObject({ joined: 1, owned: 1, role: 'member' });
  for (const who of [bob, dan, ann]) await act(who, { type: 'leave' });
  expect(await count(bob, room)).toMatchObject({ role: null, isEmpty: true });
});

describe('moderation', () => {
  it('[A3] a ban keeps a person out until it is lifted', async () => {
    await act(ann, { type: 'ban', target: bob, until: '2999-01-01T00:00:00.000Z', reason: 'noise' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('not_member');
    expect(await codeOf(bob, { type: 'join' })).toBe('forbidden');
    const [event] = (await at.store.events.listAfter(room, 0, 50)).slice(-1);
    expect(event).toMatchObject({ type: 'ban', until: '2999-01-01T00:00:00.000Z', reason: 'noise' });
    await act(ann, { type: 'unban', target: bob });
    expect((await act(bob, { type: 'join' })).changed).toBe(true);
  });

  it('a mute stops a person from sending until it is lifted', async () => {
    await act(ann, { type: 'mute', target: bob, until: '2999-01-01T00:00:00.000Z' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(ann, { type: 'mute', target: bob });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('[G1] a mute survives leaving, a kick and rejoining, and can be lifted while the person is out', async () => {
    await act(ann, { type: 'mute', target: bob, until: '2999-01-01T00:00:00.000Z' });
    await act(bob, { type: 'leave' });
    await act(bob, { type: 'join' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(ann, { type: 'kick', target: bob });
    await act(ann, { type: 'role', target: bob, role: 'member' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('muted');
    await act(bob, { type: 'leave' });
    expect((await act(ann, { type: 'mute', target: bob })).changed).toBe(true);
    await act(bob, { type: 'join' });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('[G1] the wait of slow mode survives leaving and rejoining', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    await append(bob, { content: 'x' });
    await act(bob, { type: 'leave' });
    await act(bob, { type: 'join' });
    expect(await refusalOf(append(bob, { content: 'y' }))).toBe('rate_limited');
  });

  it('slow mode accepts a member’s first message, even within a batch, and says when to retry', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    const answers = await Promise.allSettled([1, 2, 3].map((i) => append(bob, { content: `${i}` })));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const refused = await append(bob, { content: 'x' }).catch((error: ChatError) => error);
    expect(refused).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    await Promise.all([1, 2, 3].map((i) => append(ann, { content: `${i}` })));
  });

  it('an archived room is read-only until it is restored', async () => {
    await act(ann, { type: 'archive' });
    expect(await refusalOf(append(bob, { content: 'x' }))).toBe('forbidden');
    expect(await codeOf(eve, { type: 'join' })).toBe('not_found');
    await act(ann, { type: 'restore' });
    expect((await append(bob, { content: 'x' })).duplicate).toBe(false);
  });

  it('in slow mode, a repeat within a batch is a duplicate, and another message is refused', async () => {
    await act(ann, { type: 'slow', seconds: 60 });
    const ids = ['id-once', 'id-once', 'id-other', 'id-once'];
    const texts = ['x', 'x', 'x', 'y'];
    const rows = await at.sql.rows<{ item: number; outcome: string; wait_ms: number | null }>(
      APPEND_SQL.messages.text,
      [
        ids.map(() => room),
        ids.map(() => bob.id),
        ids,
        texts,
        ids.map(() => null),
        ids.map(() => null),
        ids.map(() => null),
        null,
      ],
    );
    rows.sort((a, b) => a.item - b.item);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate', 'slow', 'id_conflict']);
    expect(rows[2]?.wait_ms).toBe(60_000);
  });

  it('a refusal because of a mute says when it ends, for edits and reactions too', async () => {
    const seq = await say(bob, 'before');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await act(ann, { type: 'mute', target: bob, until });
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

  it('[G1] a person can be muted and unmuted before they join', async () => {
    await act(ann, { type: 'mute', target: eve, until: '2999-01-01T00:00:00.000Z' });
    await act(eve, { type: 'join' });
    expect(await refusalOf(append(eve, { content: 'x' }))).toBe('muted');
    expect((await act(ann, { type: 'mute', target: eve })).changed).toBe(true);
    expect((await act(ann, { type: 'mute', target: eve })).changed).toBe(false);
    expect((await append(eve, { content: 'x' })).duplicate).toBe(false);
  });

  it('[C5] in an open room, owners act on an administrator and moderators do not, member or not', async () => {
    const admin = await at.account('sheriff', true);
    await act(ann, { type: 'role', target: bob, role: 'moderator' });
    for (const change of [
      { type: 'kick', target: admin },
      { type: 'ban', target: admin },
      { type: 'mute', target: admin, until: '2999-01-01T00:00:00.000Z' },
    ] satisfies Act[]) {
      expect(await codeOf(bob, change), change.type).toBe('forbidden');
    }
    expect((await act(ann, { type: 'ban', target: admin })).changed).toBe(true);
    // An administrator has an owner's rights here, as a member or not.
    expect((await act(admin, { type: 'unban', target: admin })).changed).toBe(true);
  });

  it('[C1] anyone may step down and nobody up, which hands over a room', async () => {
    expect(await codeOf(ann, { type: 'role', target: ann, role: 'member' })).toBe('conflict');
    await act(ann, { type: 'role', target: bob, role: 'owner' });
    expect((await act(ann, { type: 'role', target: ann, role: 'moderator' })).changed).toBe(true);
    expect(await codeOf(ann, { type: 'role', target: ann, role: 'owner' })).toBe('forbidden');
    expect(await codeOf(ann, { type: 'kick', target: bob })).toBe('forbidden');
    expect((await act(ann, { type: 'role', target: ann, role: 'member' })).changed).toBe(true);
  });

  it('[C1] the last person may leave, and the next to join owns the room', async () => {
    await act(bob, { type: 'leave' });
    expect((await act(ann, { type: 'leave' })).changed).toBe(true);
    await act(eve, { type: 'join' });
    expect((await at.store.rooms.find(room, eve.id))?.role).toBe('owner');
  });

  it('[C1] the last owner cannot leave while others are there, even if two leave at once', async () => {
    expect(await codeOf(ann, { type: 'leave' })).toBe('conflict');
    await act(ann, { type: 'role', target: bob, role: 'owner' });
    const both = await Promise.allSettled([act(ann, { type: 'leave' }), act(bob, { type: 'leave' })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('[C1] an owner whose account is disabled does not count as one who stays', async () => {
    const disable = (since: string | null) =>
      at.sql.row('UPDATE accounts SET disabled_at = $2 WHERE id = $1 RETURNING id', [bob.id, since]);
    await act(ann, { type: 'role', target: bob, role: 'owner' });
    await disable('2026-01-01T00:00:00Z');
    expect(await codeOf(ann, { type: 'leave' })).toBe('conflict');
    expect(await codeOf(ann, { type: 'role', target: ann, role: 'member' })).toBe('conflict');
    expect(await codeOf(bob, { type: 'ban', target: ann })).toBe('conflict');
    await disable(null);
    expect(await codeOf(ann, { type: 'leave' })).toBe('done');
  });

  it('[C1] an administrator cannot remove a room’s last owner, but can once there is another', async () => {
    const admin = await at.account('root', true);
    for (const change of [
      { type: 'role', target: ann, role: 'member' },
      { type: 'kick', target: ann },
      { type: 'ban', target: ann },
    ] satisfies Act[]) {
      expect(await codeOf(admin, change), change.type).toBe('conflict');
    }
    await act(admin, { type: 'role', target: bob, role: 'owner' });
    expect((await act(admin, { type: 'kick', target: ann })).changed).toBe(true);
    expect((await at.store.rooms.find(room, bob.id))?.role).toBe('owner');
  });

  it.each([
    { order: ['join', 'leave'], outcomes: ['done', 'last_owner'], owner: 'ann' },
    { order: ['leave', 'join'], outcomes: ['done', 'done'], owner: 'eve' },
  ])(
    '[C1] a room keeps an owner when joins and leaves share a batch: $order',
    async ({ order, outcomes, owner }) => {
      await act(bob, { type: 'leave' });
      const people = order.map((kind) => (kind === 'join' ? eve : ann).id);
      const rows = await at.sql.rows<{ outcome: string }>(APPEND_SQL.entries.text, [
        [room, room],
        people,
        order,
      ]);
      expect(rows.map(({ outcome }) => outcome)).toEqual(outcomes);
      const owners = await at.sql.rows(
        "SELECT username FROM memberships JOIN accounts ON id = account_id WHERE room_id = $1 AND role = 'owner'",
        [room],
      );
      expect(owners).toEqual([{ username: owner }]);
    },
  );

  it('[C1] the first person that an administrator adds to an empty room must be its owner', async () => {
    const admin = await at.account('warden', true);
    await act(bob, { type: 'leave' });
    await act(ann, { type: 'leave' });
    expect(await codeOf(admin, { type: 'role', target: eve, role: 'member' })).toBe('conflict');
    expect((await act(admin, { type: 'role', target: eve, role: 'owner' })).changed).toBe(true);
  });

  it('[C1] a banned person cannot inherit an empty room: the next to join does', async () => {
    await act(ann, { type: 'ban', target: bob });
    await act(ann, { type: 'leave' });
    const people = [bob.id, eve.id];
    await at.sql.rows(APPEND_SQL.entries.text, [[room, room], people, ['join', 'join']]);
    expect((await at.store.rooms.find(room, eve.id))?.role).toBe('owner');
  });
});

it('the same people share one direct room, even if many open it at once', async () => {
  const people = [ann.id, bob.id];
  const asked = await Promise.all(Array.from({ length: 20 }, () => at.store.rooms.openDirect(people)));
  expect(new Set(asked.map(({ roomId }) => roomId)).size).toBe(1);
  expect(asked.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect((await at.store.rooms.find(asked[0]?.roomId ?? 0, ann.id))?.people).toEqual([
    { userId: ann.id, username: 'ann' },
    { userId: bob.id, username: 'bob' },
  ]);
  expect(await at.store.rooms.find(asked[0]?.roomId ?? 0, eve.id)).toBeNull();
});
