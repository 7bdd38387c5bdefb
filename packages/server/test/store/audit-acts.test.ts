/** The audit log's rows for acts on rooms, through the appender and the real store. */
import { ChatError } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Act, actsIn, type Named, openTestStore, type TestStore } from '../harness/store.ts';

let at: TestStore;
let ann: Named;
let bob: Named;
let roomId = 0;
let rooms = 0;

beforeAll(async () => {
  at = await openTestStore();
  [ann, bob] = [await at.account('ann'), await at.account('bob')];
});
beforeEach(() => opens('open'));
afterAll(() => at.close());

const { say, ...acts } = actsIn(
  () => at,
  () => roomId,
);
const UNTIL = '2099-01-01T00:00:00.000Z';

it('[G3] each act on a room and its people is one row: actor, act, target, and its seq in the room', async () => {
  await act(bob, { type: 'join' });
  const acts: [string, Act, object][] = [
    ['room.role', { type: 'role', target: bob, role: 'moderator' }, { userId: bob.id, role: 'moderator' }],
    ['room.rename', { type: 'rename', name: `renamed-${roomId}` }, { name: `renamed-${roomId}` }],
    ['room.topic', { type: 'topic', topic: 'Tides' }, { topic: 'Tides' }],
    ['room.slow', { type: 'slow', seconds: 30 }, { seconds: 30 }],
    ['room.mute', { type: 'mute', target: bob, until: UNTIL }, { userId: bob.id, until: UNTIL }],
    ['room.unmute', { type: 'mute', target: bob }, { userId: bob.id }],
    ['room.kick', { type: 'kick', target: bob, reason: 'noise' }, { userId: bob.id, reason: 'noise' }],
    ['room.ban', { type: 'ban', target: bob, reason: 'spam' }, { userId: bob.id, reason: 'spam' }],
    ['room.unban', { type: 'unban', target: bob }, { userId: bob.id }],
    ['room.archive', { type: 'archive' }, {}],
    ['room.restore', { type: 'restore' }, {}],
  ];
  const expected: object[] = [];
  for (const [name, change, subject] of acts) {
    const seq = await act(ann, change);
    expected.unshift({ act: name, actorId: ann.id, subject: { roomId, seq, ...subject } });
  }
  expect(await audited()).toMatchObject([
    ...expected,
    {
      act: 'room.create',
      actorId: ann.id,
      subject: { roomId, seq: 1, kind: 'open', name: expect.any(String) },
    },
  ]);
  expect((await at.store.audit.verify()).broken).toBe(null);
});

it('[G3] joins, leaves, messages, reactions, edits and authors’ own deletions are not audited', async () => {
  await act(bob, { type: 'join' });
  const target = await say(bob, 'hello');
  await act(bob, { type: 'react', target, emoji: '👍', on: true });
  await act(bob, { type: 'edit', target, content: 'hello all' });
  await act(bob, { type: 'delete', target });
  await act(bob, { type: 'leave' });
  expect((await audited()).map((row) => row.act)).toEqual(['room.create']);
});

it('[G3] deleting another person’s message is audited, with its author and without its text', async () => {
  await act(bob, { type: 'join' });
  const target = await say(bob, 'a secret word');
  const seq = await act(ann, { type: 'delete', target });
  const [row] = await audited();
  expect(row).toMatchObject({
    act: 'message.delete',
    actorId: ann.id,
    subject: { roomId, seq, target, userId: bob.id },
  });
  expect(JSON.stringify(row)).not.toContain('secret');
});

it('[G3] an act that was refused, or changed nothing, is not audited', async () => {
  await act(bob, { type: 'join' });
  await expect(act(bob, { type: 'kick', target: ann })).rejects.toThrow(ChatError);
  await act(ann, { type: 'topic', topic: '' });
  expect((await audited()).map((row) => row.act)).toEqual(['room.create']);
});

it('[G3] a closed room’s acts are audited without its name, topics and reasons', async () => {
  await opens('closed');
  await act(ann, { type: 'role', target: bob, role: 'member' });
  await act(ann, { type: 'rename', name: 'plans-for-may' });
  await act(ann, { type: 'topic', topic: 'plans for May' });
  await act(ann, { type: 'ban', target: bob, reason: 'told of the plans' });
  const rows = await audited();
  expect(rows.map((row) => row.act)).toEqual([
    'room.ban',
    'room.topic',
    'room.rename',
    'room.role',
    'room.create',
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/plans/);
});

it('[G3] a direct room is not audited, so the log does not show who talks to whom', async () => {
  const before = await at.store.audit.list({ limit: 1 });
  await at.store.rooms.openDirect([ann.id, bob.id]);
  expect(await at.store.audit.list({ limit: 1 })).toEqual(before);
});

async function opens(kind: 'open' | 'closed'): Promise<void> {
  roomId = await at.room(`plans${++rooms}`, ann, kind);
}

/** Does an act and returns the seq of its event, or 0 if nothing changed. */
async function act(actor: Named, change: Act): Promise<number> {
  const done = await acts.act(actor, change);
  return done.changed ? done.event.seq : 0;
}

function audited() {
  return at.store.audit.list({ subject: { roomId }, limit: 50 });
}
