/** The steps of the conversation, independent of the door. */
import type { Member, Room } from '@banter/protocol';
import { expect } from 'vitest';
import { until } from '../../harness/wait.ts';
import type { Voice } from './voices.ts';

/** A step and its title. */
export type Step = (record: RecordResult, cast: Cast) => Promise<void>;
/** Records a result, which may be compared with `due`. The test compares the records of both runs. */
export type RecordResult = (what: string, result: unknown, due?: unknown) => void;
/** The people and the rooms. Steps add the rooms as they open them. */
export type Cast = { ada: Voice; bob: Voice; cat: Voice; pier: Room; crew: Room; two: Room };

/** The conversation, step by step. */
export const STEPS: Record<string, Step> = {
  'ada opens a room, bob and cat join': async (record, cast) => {
    const { ada, bob, cat } = cast;
    cast.pier = await ada.person.opens('pier');
    await ada.follows(cast.pier);
    for (const voice of [bob, cat]) {
      await voice.person.joins(cast.pier);
      await voice.follows(cast.pier);
    }
    record('the room', await as(bob, `rooms/${cast.pier.id}`));
    record('its members', await members(ada, cast.pier));
  },
  'messages are sent, and a repeat is stored once': async (record, { ada, bob, pier }) => {
    record('ada', await ada.says(pier, 'High water at 18:40.', { id: 'ada-000001' }));
    record('ada again', await ada.says(pier, 'High water at 18:40.', { id: 'ada-000001' }), 'again');
    record('ada with other content', await ada.says(pier, 'High water at 19:40.', { id: 'ada-000001' }));
    record(
      'bob acts',
      await bob.says(pier, 'looks at the tide table', { kind: 'me', id: 'bob-000001' }),
      'done',
    );
    record('an empty text', await bob.says(pier, ''));
    record('a reply to no message', await bob.says(pier, 'What?', { replyTo: 999 }));
  },
  'bob replies to ada and mentions cat, and unread counts grow': async (record, { ada, bob, cat, pier }) => {
    record(
      'bob',
      await bob.says(pier, '@cat have you seen it? `@ada` has.', { replyTo: 4, id: 'bob-000002' }),
    );
    record('ada mentions the room', await ada.says(pier, '@room tea is ready', { id: 'ada-000002' }));
    record('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 4, mentions: 2 });
    record('ada', counts(await as(ada, `rooms/${pier.id}`)), { unread: 2, mentions: 1 });
  },
  'cat moves the read mark, and her other device is notified': async (record, { cat, pier }) => {
    await cat.marks(pier, 6);
    record('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 1, mentions: 1 });
    await cat.marks(pier, 7);
    record('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 0, mentions: 0 });
  },
  'ada edits her message; nobody else can': async (record, { ada, bob, cat, pier }) => {
    record('ada', await ada.edits(pier, 4, 'High water at 18:45.\nLow at noon.'));
    const notAuthor = 'forbidden: only the author can edit a message';
    record('bob', await bob.edits(pier, 4, 'High water never.'), notAuthor);
    record('cat, for no message', await cat.edits(pier, 999, 'x'));
    record('the reply', await as(bob, `rooms/${pier.id}/messages/6`));
  },
  'reactions are added and removed': async (record, { ada, bob, cat, pier }) => {
    for (const voice of [bob, cat]) record('a thumb', await voice.reacts(pier, 4, '👍', true));
    record('the same', await cat.reacts(pier, 4, '👍', true), 'done');
    record('a wave', await ada.reacts(pier, 4, '🌊', true));
    record('taken back', await cat.reacts(pier, 4, '👍', false));
    record('no emoji', (await ada.reacts(pier, 4, 'hooray', true)).split(':')[0] !== 'done');
    record('the message for cat', await as(cat, `rooms/${pier.id}/messages/4`));
  },
  'bob deletes his message, and a moderator deletes one of cat': async (record, { ada, bob, cat, pier }) => {
    record('bob', await bob.says(pier, 'The code is 4711.', { id: 'bob-000003' }));
    const seq = (await newest(bob, pier)).seq;
    record('cat may not', await cat.deletes(pier, seq));
    record('bob may', await bob.deletes(pier, seq), 'done');
    record('once more', await bob.deletes(pier, seq));
    record('an edit of a deleted message', await bob.edits(pier, seq, 'x'));
    record('cat shouts', await cat.says(pier, 'LOUD', { id: 'cat-000001' }));
    record('ada may too', await ada.deletes(pier, (await newest(ada, pier)).seq));
  },
  'search finds the current texts': async (record, { cat, pier }) => {
    const find = async (q: string) => {
      const page = (await as(cat, `search?q=${encodeURIComponent(q)}&roomId=${pier.id}`)) as {
        hits: unknown[];
      };
      return page.hits.length;
    };
    await until('search finds it', async () => (await find('noon')) === 1);
    record('the old text of an edited message', await find('"18:40"'), 0);
    record('a deleted message', await find('4711'), 0);
  },
  'bob types, and the others are notified': async (record, { ada, bob, cat, pier }) => {
    await bob.types(pier);
    for (const voice of [ada, cat]) await until('bob is typing', () => isTyping(voice, bob, pier));
    record('bob is not notified', isTyping(bob, bob, pier), false);
  },
  'bob is away, and comes back': async (record, { ada, bob, pier }) => {
    record('bob', await bob.isAway('at lunch'), 'done');
    record('the members', await members(ada, pier));
    record('bob again', await bob.isAway(null), 'done');
    record('the members afterwards', await members(ada, pier));
  },
  'cat ignores bob, and nobody else learns of it': async (record, { ada, bob, cat, pier }) => {
    record('cat', await asks(cat, 'PUT', `me/ignored/${bob.person.user.id}`));
    record('the list of cat', await as(cat, 'me/ignored'));
    record('the list of bob', await as(bob, 'me/ignored'));
    record('bob', await bob.says(pier, 'Are you there, @cat?', { id: 'bob-000008' }), 'done');
    record('the counts of cat', counts(await as(cat, `rooms/${pier.id}`)));
    record('the counts of ada', counts(await as(ada, `rooms/${pier.id}`)));
    record('cat again', await asks(cat, 'DELETE', `me/ignored/${bob.person.user.id}`));
  },
  'cat hides joins, and reports a message': async (record, { ada, cat, pier }) => {
    record('cat', await asks(cat, 'PUT', `rooms/${pier.id}/settings`, { hideJoins: true }));
    record('ada', await as(ada, `rooms/${pier.id}`));
    record(
      'the report',
      await asks(cat, 'POST', `rooms/${pier.id}/messages/5/report`, { reason: 'What table?' }),
    );
    record('cat may not read reports', await asks(cat, 'GET', `rooms/${pier.id}/reports`));
    record('ada does', await as(ada, `rooms/${pier.id}/reports`));
    await until('ada is notified', () => ada.received(pier).some(({ type }) => type === 'report'));
    record(
      'cat does not',
      cat.received(pier).some(({ type }) => type === 'report'),
      false,
    );
  },
  'ada gives a role, and bob sets the topic': async (record, { ada, bob, cat, pier }) => {
    const id = bob.person.user.id;
    record('cat may not', await asks(cat, 'PUT', `rooms/${pier.id}/members/${id}`, { role: 'moderator' }));
    record('ada may', await asks(ada, 'PUT', `rooms/${pier.id}/members/${id}`, { role: 'moderator' }));
    record('bob', await asks(bob, 'PATCH', `rooms/${pier.id}`, { topic: 'Boats and tides' }));
    record('cat', await asks(cat, 'PATCH', `rooms/${pier.id}`, { topic: 'Cats' }));
    record('and its name', await asks(ada, 'PATCH', `rooms/${pier.id}`, { name: 'quay' }));
  },
  'ada opens a closed room, which others cannot see': async (record, cast) => {
    const { ada, bob, cat } = cast;
    cast.crew = await ada.person.opens('crew', 'closed');
    await ada.follows(cast.crew);
    record('cat reads', await asks(cat, 'GET', `rooms/${cast.crew.id}`));
    record('cat joins', await asks(cat, 'POST', `rooms/${cast.crew.id}/join`));
    record('cat speaks', await cat.says(cast.crew, 'Anybody here?'));
    await ada.person.adds(cast.crew, bob.person);
    await bob.follows(cast.crew);
    record('bob speaks', await bob.says(cast.crew, 'I am here.', { id: 'bob-000004' }));
    record('the rooms of bob', ((await as(bob, 'rooms')) as { rooms: Room[] }).rooms.map(nameAndCounts));
    record('the rooms of cat', ((await as(cat, 'rooms')) as { rooms: Room[] }).rooms.map(nameAndCounts));
  },
  'ada and bob have one direct room': async (record, cast) => {
    const { ada, bob, cat } = cast;
    const open = await asks(ada, 'POST', 'rooms/direct', { usernames: ['bob'] });
    cast.two = open as Room;
    record('ada', open);
    record(
      'bob',
      ((await asks(bob, 'POST', 'rooms/direct', { usernames: ['ada'] })) as Room).id,
      cast.two.id,
    );
    await ada.follows(cast.two, 0);
    await bob.follows(cast.two, 1);
    record('ada speaks', await ada.says(cast.two, 'Between us.', { id: 'ada-000003' }), 'done');
    record('cat may not send', await cat.says(cast.two, 'What is it?'), 'not_found: there is no such room');
    record('bob cannot leave', await asks(bob, 'POST', `rooms/${cast.two.id}/leave`));
  },
  'cat joins the closed room by an invitation': async (record, { ada, cat, crew }) => {
    const { code } = (await asks(ada, 'POST', 'invitations', { roomId: crew.id, maxUses: 1 })) as {
      code: string;
    };
    record('cat', await asks(cat, 'POST', `invitations/${code}/accept`));
    await cat.follows(crew);
    record('the used code', await asks(cat, 'GET', `invitations/${code}`));
    record('cat speaks', await cat.says(crew, 'So this is it.', { id: 'cat-000003' }), 'done');
  },
  'slow mode applies to members, not to moderators': async (record, { bob, cat, pier }) => {
    record('bob', await asks(bob, 'PATCH', `rooms/${pier.id}`, { slowSeconds: 60 }));
    const again = () => cat.says(pier, 'Two.', { id: 'cat-000004' });
    record(
      'cat too soon',
      await again(),
      'rate_limited: the room is in slow mode: wait before your next message',
    );
    record('bob twice', [
      await bob.says(pier, 'One.', { id: 'bob-000006' }),
      await bob.says(pier, 'Two.', { id: 'bob-000007' }),
    ]);
    record('slow mode off', await asks(bob, 'PATCH', `rooms/${pier.id}`, { slowSeconds: 0 }));
    // A send with a retryable rejection is sent again before anything else [S4].
    record('cat again', await again(), 'done');
  },
  'cat is muted and unmuted': async (record, { bob, cat, pier }) => {
    const mute = `rooms/${pier.id}/mutes/${cat.person.user.id}`;
    record('bob', await asks(bob, 'PUT', mute, { until: '2999-01-01T00:00:00.000Z' }));
    record('cat speaks', await cat.says(pier, 'Hello?'), 'muted: you are muted in this room');
    record('cat edits', await cat.edits(pier, 4, 'x'));
    record('cat reacts', await cat.reacts(pier, 4, '👍', true));
    record('bob again', await asks(bob, 'DELETE', mute));
    record('cat', await cat.says(pier, 'Hello.', { id: 'cat-000005' }), 'done');
  },
  'the pier is archived and restored': async (record, { ada, bob, pier }) => {
    record('bob may not', await asks(bob, 'DELETE', `rooms/${pier.id}`));
    record('ada may', await asks(ada, 'DELETE', `rooms/${pier.id}`));
    record(
      'bob speaks',
      await bob.says(pier, 'Hello?'),
      'forbidden: the room is archived: its owners can restore it',
    );
    record('bob reacts', await bob.reacts(pier, 4, '🎉', true));
    record('bob reads', counts(await as(bob, `rooms/${pier.id}`)));
    record('ada', await asks(ada, 'POST', `rooms/${pier.id}/restore`));
  },
  'cat is kicked, and can neither read nor send': async (record, { ada, bob, cat, pier }) => {
    await ada.person.kicks(pier, cat.person);
    record('cat speaks', await cat.says(pier, 'Hello?'));
    record('cat reads', await asks(cat, 'GET', `rooms/${pier.id}/messages`));
    record('bob speaks', await bob.says(pier, 'Quiet now.', { id: 'bob-000005' }), 'done');
  },
  'cat is banned until bob lifts the ban': async (record, { bob, cat, pier }) => {
    const ban = `rooms/${pier.id}/bans/${cat.person.user.id}`;
    record('bob', await asks(bob, 'PUT', ban, { reason: 'noise' }));
    record('cat joins', await asks(cat, 'POST', `rooms/${pier.id}/join`));
    record('who is banned', await asks(bob, 'GET', `rooms/${pier.id}/bans`));
    record('bob again', await asks(bob, 'DELETE', ban));
  },
  'cat returns, and bob leaves': async (record, { bob, cat, pier }) => {
    await cat.person.joins(pier);
    await cat.follows(pier);
    record('cat', counts(await as(cat, `rooms/${pier.id}`)));
    await bob.person.leaves(pier);
    record('bob', await bob.says(pier, 'One thing more …'));
    record('cat', await cat.says(pier, 'He is gone.', { id: 'cat-000002' }));
  },
};

/** Makes a call that must succeed. Returns its answer. */
export async function as({ person }: Voice, path: string): Promise<unknown> {
  const { status, body } = await person.asks('GET', `/v1/${path}`);
  expect(status, path).toBe(200);
  return body;
}

async function asks({ person }: Voice, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await person.asks(method, `/v1/${path}`, body);
  const { requestId: _, ...said } = (answer.body ?? {}) as Record<string, unknown>;
  return { status: answer.status, ...said };
}

async function members(voice: Voice, { id }: Room): Promise<Member[]> {
  return ((await as(voice, `rooms/${id}/members`)) as { members: Member[] }).members;
}

/** Returns the last message of a room. */
export async function newest(voice: Voice, { id }: Room): Promise<{ seq: number }> {
  const { messages } = (await as(voice, `rooms/${id}/messages?limit=1`)) as { messages: { seq: number }[] };
  return messages[0] ?? { seq: 0 };
}

function counts(room: unknown): Pick<Room, 'unread' | 'mentions'> {
  const { unread, mentions } = room as Room;
  return { unread, mentions };
}

function nameAndCounts(room: Room) {
  return [room.name, room.joined, counts(room)];
}

function isTyping(voice: Voice, who: Voice, room: Room): boolean {
  return voice.received(room).some((event) => event.type === 'typing' && event.userId === who.person.user.id);
}
