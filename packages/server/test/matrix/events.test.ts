/** Tests the audience of every kind of event, over every door: live, on resume and in the history. */
import { isNotice, PAGE_MAX, type RoomEvent, type RoomEventType, type ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, person } from '../harness/people.ts';
import { type Collector, signIn } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';
import { DOORS, type Listener, listenAll } from './listeners.ts';
import type { Act, Cast, Room } from './rooms.ts';
import { createWorld, type World } from './world.ts';

/** The audience of each type of event. `members` receive all of a room's events, in order. */
const AUDIENCES: Record<
  ServerEvent['type'],
  | 'members'
  | 'other members'
  | 'moderators'
  | 'owners'
  | 'people in a shared room'
  | 'own connections'
  | 'the connection'
> = {
  message: 'members',
  edit: 'members',
  delete: 'members',
  react: 'members',
  join: 'members',
  leave: 'members',
  kick: 'members',
  ban: 'members',
  unban: 'members',
  mute: 'members',
  slow: 'members',
  archive: 'members',
  restore: 'members',
  role: 'members',
  topic: 'members',
  rename: 'members',
  typing: 'other members',
  presence: 'people in a shared room',
  profile: 'people in a shared room',
  report: 'moderators',
  namesake: 'owners',
  settings: 'own connections',
  read: 'own connections',
  ignore: 'own connections',
  request: 'own connections',
  welcome: 'the connection',
  ok: 'the connection',
  error: 'the connection',
  live: 'the connection',
  reset: 'the connection',
  ping: 'the connection',
  bye: 'the connection',
};

const MEMBERS = ['muted', 'member', 'moderator', 'owner'] as const;
const OUTSIDE = ['outsider', 'former', 'banned', 'administrator'] as const;
/** They begin as members. Then one leaves, one is kicked and one is banned. */
const GOERS = ['leaver', 'kicked', 'shutOut'] as const;
type Goers = Record<(typeof GOERS)[number], Person>;

let world: World;
let goers: Goers;
beforeAll(async () => {
  world = await createWorld();
  const [leaver, kicked, shutOut] = await Promise.all(GOERS.map((name) => person(world.app, name)));
  goers = { leaver, kicked, shutOut } as Goers;
}, 60_000);
afterAll(() => world.close());

describe.each(['open', 'closed'] as const)('in a room that is %s', (place) => {
  it('[A3] [A6] members get every event live and later, former members none above their fence, outsiders none', async () => {
    const room = await world.room(place);
    for (const who of Object.values(goers)) {
      await world.act(room, world.cast.owner, { type: 'role', target: who.user, role: 'member' });
    }
    const inside = [...MEMBERS.map((name) => world.cast[name]), ...Object.values(goers)];
    const live = await listenAll(world.app, room, inside);
    const outside = await Promise.all(OUTSIDE.map((name) => signIn(world.app, world.cast[name].token)));
    const fences = await everythingHappens(room);
    const stored = await eventsOfMembers(room, live, fences);

    expect(typesOf(stored)).toEqual(new Set(durableTypes()));
    for (const { who, door, heard } of live) {
      const end = fences.get(who) ?? Number.POSITIVE_INFINITY;
      const due = stored.filter(({ seq }) => seq > 0 && seq <= end);
      const first = heard()[0]?.seq ?? 0;
      expect(heard().map(sign), `${who.user.username}, ${door}`).toEqual(
        due.filter(({ seq }) => seq >= first).map(sign),
      );
      expect(first, `${who.user.username}, ${door}`).toBe(stored[0]?.seq);
    }
    for (const socket of outside) expect(socket.log(room.id)).toEqual([]);
    await resumeTells(room, stored[0]?.seq ?? 0, stored);
    await historyHas(room, stored);
    for (const { end } of live) end();
    for (const { ws } of outside) ws.terminate();
  });
});

it('[A6] ephemeral events reach their audience and nobody else', async () => {
  const room = await world.room('closed');
  const { member, owner, outsider } = world.cast;
  const [typing, device, others, stranger] = await Promise.all(
    [member, member, owner, outsider].map(({ token }) => signIn(world.app, token)),
  );
  if (!typing || !device || !others || !stranger) throw new Error('a person has no socket');
  typing.send({ op: 'typing', roomId: room.id });
  typing.send({ op: 'read', roomId: room.id, seq: room.seqOf('target') });
  await others.first('typing', ({ type }) => type === 'typing');
  await device.first('the mark', ({ type }) => type === 'read');
  // The target has been offline until now.
  const { target } = world.cast;
  const comes = await signIn(world.app, target.token);
  await others.first('the target', (event) => event.type === 'presence' && event.userId === target.user.id);

  await target.asks('PATCH', '/v1/me', { displayName: 'On target' });
  for (const socket of [others, comes])
    expect(await socket.first('the name', ({ type }) => type === 'profile')).toMatchObject({
      userId: target.user.id,
      displayName: 'On target',
    });

  const report = { reason: 'noise' };
  await member.asks('POST', `/v1/rooms/${room.id}/messages/${room.seqOf('target')}/report`, report);
  await others.first('the report', ({ type }) => type === 'report');
  await member.asks('PUT', `/v1/me/ignored/${owner.user.id}`);
  for (const socket of [typing, device]) await socket.first('ignoring', ({ type }) => type === 'ignore');

  const got = (socket: Collector) =>
    socket.events.filter(({ type }) => AUDIENCES[type] !== 'the connection').map(({ type }) => type);
  expect(new Set(got(stranger))).toEqual(new Set());
  for (const type of ['read', 'ignore']) expect(got(others)).not.toContain(type);
  for (const socket of [typing, device, comes]) expect(got(socket)).not.toContain('report');
  expect(got(comes)).not.toContain('ignore');
  expect(got(typing)).not.toContain('typing');
  expect(got(typing)).not.toContain('read');
  for (const { ws } of [typing, device, others, stranger, comes]) ws.terminate();
});

/** Makes an act of each kind. The hub learns of them with the last message. @returns the fences of those who left. */
async function everythingHappens(room: Room): Promise<Map<Person, number>> {
  const { owner, target, stranger } = world.cast;
  const { leaver, kicked, shutOut } = goers;
  const message = await owner.posts(room, 'a first text');
  const by = (actor: Person, change: Act) => world.act(room, actor, change);
  await by(owner, { type: 'edit', target: message.seq, content: 'a second text' });
  await by(owner, { type: 'react', target: message.seq, emoji: '👍', on: true });
  await by(owner, { type: 'delete', target: message.seq });
  const fences = new Map([
    [leaver, await by(leaver, { type: 'leave' })],
    [kicked, await by(owner, { type: 'kick', target: kicked.user })],
    [shutOut, await by(owner, { type: 'ban', target: shutOut.user, reason: 'noise' })],
  ]);
  await by(owner, { type: 'unban', target: shutOut.user });
  await by(owner, { type: 'mute', target: target.user, until: '2999-01-01T00:00:00.000Z' });
  await by(owner, { type: 'slow', seconds: 1 });
  await by(owner, { type: 'archive' });
  await by(owner, { type: 'restore' });
  await by(owner, { type: 'topic', topic: 'another' });
  await by(owner, { type: 'rename', name: `renamed-${room.id}` });
  await by(owner, { type: 'role', target: stranger.user, role: 'member' });
  await by(stranger, { type: 'leave' });
  if (room.place === 'open') await by(stranger, { type: 'join' });
  else await joinClosed(room, stranger);
  await by(stranger, { type: 'leave' });
  return fences;
}

/** Adds a join event to a closed room. Nobody can join one today, but an older history may contain such an event. */
async function joinClosed(room: Room, { user }: Person): Promise<void> {
  await world.sql.rows("SELECT record_event($1, 'join', $2, NULL, NULL)", [room.id, user.id]);
  await world.sql.rows(
    "SELECT add_member($1, $2, 'member', last_seq, now(), true) FROM rooms WHERE id = $1",
    [room.id, user.id],
  );
}

/** Waits until everyone has the last event of their part. @returns the events that members received. */
async function eventsOfMembers(
  room: Room,
  live: Listener[],
  fences: ReadonlyMap<Person, number>,
): Promise<RoomEvent[]> {
  const last = await world.cast.owner.posts(room, 'the last message');
  await until('everyone has their last event', () =>
    live.every(({ who, heard }) => heard().some(({ seq }) => seq === (fences.get(who) ?? last.seq))),
  );
  return live.find(({ who }) => !fences.has(who))?.heard() ?? [];
}

/** Checks that a resume gives members the same events, and that others cannot resume or read history. */
async function resumeTells(room: Room, from: number, stored: RoomEvent[]): Promise<void> {
  const expected = stored.map(sign);
  for (const name of MEMBERS) {
    for (const listen of DOORS) {
      const { door, heard, end } = await listen(world.app, room, world.cast[name], from - 1);
      await until(`${name} resumes`, () => heard().length >= expected.length);
      expect(heard().map(sign), `${name}, ${door}`).toEqual(expected);
      end();
    }
  }
  const outside = [...OUTSIDE.map((name: keyof Cast) => world.cast[name]), ...Object.values(goers)];
  for (const who of outside) {
    const socket = await signIn(world.app, who.token, [{ roomId: room.id, after: 0 }]);
    expect(socket.log(room.id)).toEqual([]);
    socket.ws.terminate();
    for (const path of ['messages', `messages/${stored[0]?.seq}`, 'members']) {
      const { status } = await who.asks('GET', `/v1/rooms/${room.id}/${path}`);
      expect(status, `${who.user.username} asks for ${path}`).toBe(room.place === 'open' ? 403 : 404);
    }
  }
}

/** Checks that a page of history has every message and every notice among the events. */
async function historyHas(room: Room, stored: RoomEvent[]): Promise<void> {
  const from = stored[0]?.seq ?? 0;
  const page = await world.cast.member.reads(room, `?include=notices&limit=${PAGE_MAX}`);
  const shown = [...page.messages, ...(page.notices ?? [])]
    .map(({ seq }) => seq)
    .filter((seq) => seq >= from);
  const due = stored.filter((event) => event.type === 'message' || isNotice(event)).map(({ seq }) => seq);
  expect(shown.toSorted((a, b) => a - b)).toEqual(due);
}

function sign({ seq, type }: RoomEvent): string {
  return `${seq} ${type}`;
}

function typesOf(events: RoomEvent[]): Set<RoomEventType> {
  return new Set(events.map(({ type }) => type));
}

function durableTypes(): RoomEventType[] {
  return (Object.keys(AUDIENCES) as RoomEventType[]).filter((type) => AUDIENCES[type] === 'members');
}
