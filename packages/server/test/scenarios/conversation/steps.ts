/** What people do and say in the conversation, whatever door they came through. */
import type { Member, Room } from '@banter/protocol';
import { expect } from 'vitest';
import { until } from '../../harness/wait.ts';
import type { Voice } from './voices.ts';

/** A step, under what happens in it. */
export type Step = (told: Told, cast: Cast) => Promise<void>;
/** Notes what came of something, which may be said to be `due`; told twice, the two tales are compared. */
export type Told = (what: string, result: unknown, due?: unknown) => void;
/** Who speaks, and where: the rooms come as they are opened. */
export type Cast = { ada: Voice; bob: Voice; cat: Voice; pier: Room; crew: Room; two: Room };

/** The conversation, in the order in which it is held. */
export const STEPS: Record<string, Step> = {
  'ada opens a room, and bob and cat come in': async (told, cast) => {
    const { ada, bob, cat } = cast;
    cast.pier = await ada.person.opens('pier');
    await ada.hears(cast.pier);
    for (const voice of [bob, cat]) {
      await voice.person.joins(cast.pier);
      await voice.hears(cast.pier);
    }
    told('the room', await as(bob, `rooms/${cast.pier.id}`));
    told('who is in it', await members(ada, cast.pier));
  },
  'they talk, and a repeat is stored once': async (told, { ada, bob, pier }) => {
    told('ada', await ada.says(pier, 'High water at 18:40.', { id: 'ada-000001' }));
    told('ada again', await ada.says(pier, 'High water at 18:40.', { id: 'ada-000001' }), 'again');
    told('ada otherwise', await ada.says(pier, 'High water at 19:40.', { id: 'ada-000001' }));
    told(
      'bob acts',
      await bob.says(pier, 'looks at the tide table', { kind: 'me', id: 'bob-000001' }),
      'done',
    );
    told('nothing at all', await bob.says(pier, ''));
    told('to nothing', await bob.says(pier, 'What?', { replyTo: 999 }));
  },
  'bob answers and calls cat, who is unread': async (told, { ada, bob, cat, pier }) => {
    told('bob', await bob.says(pier, '@cat have you seen it? `@ada` has.', { replyTo: 4, id: 'bob-000002' }));
    told('ada calls all', await ada.says(pier, '@room tea is ready', { id: 'ada-000002' }));
    told('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 4, mentions: 2 });
    told('ada', counts(await as(ada, `rooms/${pier.id}`)), { unread: 2, mentions: 0 });
  },
  'cat reads on, and her other device hears of it': async (told, { cat, pier }) => {
    await cat.marks(pier, 6);
    told('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 1, mentions: 1 });
    await cat.marks(pier, 7);
    told('cat', counts(await as(cat, `rooms/${pier.id}`)), { unread: 0, mentions: 0 });
  },
  'ada mends what she said; nobody else can': async (told, { ada, bob, cat, pier }) => {
    told('ada', await ada.edits(pier, 4, 'High water at 18:45.\nLow at noon.'));
    const notHis = 'forbidden: only the author can edit a message';
    told('bob', await bob.edits(pier, 4, 'High water never.'), notHis);
    told('cat, of nothing', await cat.edits(pier, 999, 'x'));
    told('the answer to it', await as(bob, `rooms/${pier.id}/messages/6`));
  },
  'they react, and take it back': async (told, { ada, bob, cat, pier }) => {
    for (const voice of [bob, cat]) told('a thumb', await voice.reacts(pier, 4, '👍', true));
    told('the same', await cat.reacts(pier, 4, '👍', true), 'done');
    told('a wave', await ada.reacts(pier, 4, '🌊', true));
    told('taken back', await cat.reacts(pier, 4, '👍', false));
    told('no emoji', (await ada.reacts(pier, 4, 'hooray', true)).split(':')[0] !== 'done');
    told('what cat sees', await as(cat, `rooms/${pier.id}/messages/4`));
  },
  'somebody takes words back, and a moderator takes some away': async (told, { ada, bob, cat, pier }) => {
    told('bob says what he should not', await bob.says(pier, 'The code is 4711.', { id: 'bob-000003' }));
    const seq = (await newest(bob, pier)).seq;
    told('cat may not', await cat.deletes(pier, seq));
    told('bob may', await bob.deletes(pier, seq), 'done');
    told('once more', await bob.deletes(pier, seq));
    told('too late to mend', await bob.edits(pier, seq, 'x'));
    told('cat shouts', await cat.says(pier, 'LOUD', { id: 'cat-000001' }));
    told('ada takes it away', await ada.deletes(pier, (await newest(ada, pier)).seq));
  },
  'they find what was said': async (told, { cat, pier }) => {
    const find = async (q: string) => {
      const page = (await as(cat, `search?q=${encodeURIComponent(q)}&roomId=${pier.id}`)) as {
        hits: unknown[];
      };
      return page.hits.length;
    };
    await until('it can be found', async () => (await find('noon')) === 1);
    told('what was changed', await find('"18:40"'), 0);
    told('what was taken away', await find('4711'), 0);
  },
  'bob types, and the others see it': async (told, { ada, bob, cat, pier }) => {
    await bob.types(pier);
    for (const voice of [ada, cat]) await until('bob types', () => isTyping(voice, bob, pier));
    told('but not to himself', isTyping(bob, bob, pier), false);
  },
  'bob goes for lunch, and comes back': async (told, { ada, bob, pier }) => {
    told('bob', await bob.isAway('at lunch'), 'done');
    told('who is here', await members(ada, pier));
    told('bob again', await bob.isAway(null), 'done');
    told('who is here then', await members(ada, pier));
  },
  'cat ignores bob, which nobody else knows': async (told, { ada, bob, cat, pier }) => {
    told('cat', await asks(cat, 'PUT', `me/ignored/${bob.person.user.id}`));
    told('whom cat ignores', await as(cat, 'me/ignored'));
    told('whom bob does', await as(bob, 'me/ignored'));
    told('bob', await bob.says(pier, 'Are you there, @cat?', { id: 'bob-000008' }), 'done');
    told('what cat has missed', counts(await as(cat, `rooms/${pier.id}`)));
    told('what ada has', counts(await as(ada, `rooms/${pier.id}`)));
    told('cat again', await asks(cat, 'DELETE', `me/ignored/${bob.person.user.id}`));
  },
  'cat wants to see no coming and going, and reports a message': async (told, { ada, cat, pier }) => {
    told('cat', await asks(cat, 'PUT', `rooms/${pier.id}/settings`, { hideJoins: true }));
    told('ada, who did not ask', await as(ada, `rooms/${pier.id}`));
    told(
      'the report',
      await asks(cat, 'POST', `rooms/${pier.id}/messages/5/report`, { reason: 'What table?' }),
    );
    told('cat reads none', await asks(cat, 'GET', `rooms/${pier.id}/reports`));
    told('ada does', await as(ada, `rooms/${pier.id}/reports`));
    await until('ada hears of it', () => ada.heard(pier).some(({ type }) => type === 'report'));
    told(
      'cat does not',
      cat.heard(pier).some(({ type }) => type === 'report'),
      false,
    );
  },
  'ada gives roles, and bob the topic': async (told, { ada, bob, cat, pier }) => {
    const id = bob.person.user.id;
    told('cat may not', await asks(cat, 'PUT', `rooms/${pier.id}/members/${id}`, { role: 'moderator' }));
    told('ada may', await asks(ada, 'PUT', `rooms/${pier.id}/members/${id}`, { role: 'moderator' }));
    told('bob', await asks(bob, 'PATCH', `rooms/${pier.id}`, { topic: 'Boats and tides' }));
    told('cat', await asks(cat, 'PATCH', `rooms/${pier.id}`, { topic: 'Cats' }));
    told('and its name', await asks(ada, 'PATCH', `rooms/${pier.id}`, { name: 'quay' }));
  },
  'ada closes a circle, which the others do not see': async (told, cast) => {
    const { ada, bob, cat } = cast;
    cast.crew = await ada.person.opens('crew', 'closed');
    await ada.hears(cast.crew);
    told('cat looks', await asks(cat, 'GET', `rooms/${cast.crew.id}`));
    told('cat joins', await asks(cat, 'POST', `rooms/${cast.crew.id}/join`));
    told('cat speaks', await cat.says(cast.crew, 'Anybody here?'));
    await ada.person.adds(cast.crew, bob.person);
    await bob.hears(cast.crew);
    told('bob speaks', await bob.says(cast.crew, 'I am here.', { id: 'bob-000004' }));
    told('the rooms of bob', ((await as(bob, 'rooms')) as { rooms: Room[] }).rooms.map(nameAndCounts));
    told('the rooms of cat', ((await as(cat, 'rooms')) as { rooms: Room[] }).rooms.map(nameAndCounts));
  },
  'ada and bob have a room of two, the same whoever asks': async (told, cast) => {
    const { ada, bob, cat } = cast;
    const open = await asks(ada, 'POST', 'rooms/direct', { usernames: ['bob'] });
    cast.two = open as Room;
    told('ada', open);
    told('bob', ((await asks(bob, 'POST', 'rooms/direct', { usernames: ['ada'] })) as Room).id, cast.two.id);
    await ada.hears(cast.two, 0);
    await bob.hears(cast.two, 1);
    told('ada speaks', await ada.says(cast.two, 'Between us.', { id: 'ada-000003' }), 'done');
    told('cat does not hear', await cat.says(cast.two, 'What is it?'), 'not_found: there is no such room');
    told('bob cannot leave', await asks(bob, 'POST', `rooms/${cast.two.id}/leave`));
  },
  'cat comes into the circle by a link': async (told, { ada, cat, crew }) => {
    const { code } = (await asks(ada, 'POST', 'invitations', { roomId: crew.id, maxUses: 1 })) as {
      code: string;
    };
    told('cat', await asks(cat, 'POST', `invitations/${code}/accept`));
    await cat.hears(crew);
    told('once', await asks(cat, 'GET', `invitations/${code}`));
    told('cat speaks', await cat.says(crew, 'So this is it.', { id: 'cat-000003' }), 'done');
  },
  'members wait between two messages, moderators do not': async (told, { bob, cat, pier }) => {
    told('bob', await asks(bob, 'PATCH', `rooms/${pier.id}`, { slowSeconds: 60 }));
    const again = () => cat.says(pier, 'Two.', { id: 'cat-000004' });
    told('cat, who has spoken', await again(), 'rate_limited: the room is in slow mode');
    told('bob twice', [
      await bob.says(pier, 'One.', { id: 'bob-000006' }),
      await bob.says(pier, 'Two.', { id: 'bob-000007' }),
    ]);
    told('no more', await asks(bob, 'PATCH', `rooms/${pier.id}`, { slowSeconds: 0 }));
    // What was refused for now is said again before anything else [S4].
    told('cat again', await again(), 'done');
  },
  'cat loses her voice, and gets it back': async (told, { bob, cat, pier }) => {
    const mute = `rooms/${pier.id}/mutes/${cat.person.user.id}`;
    told('bob', await asks(bob, 'PUT', mute, { until: '2999-01-01T00:00:00.000Z' }));
    told('cat speaks', await cat.says(pier, 'Hello?'), 'muted: you are muted in this room');
    told('cat mends', await cat.edits(pier, 4, 'x'));
    told('cat reacts', await cat.reacts(pier, 4, '👍', true));
    told('bob again', await asks(bob, 'DELETE', mute));
    told('cat', await cat.says(pier, 'Hello.', { id: 'cat-000005' }), 'done');
  },
  'the pier is archived, and opened again': async (told, { ada, bob, pier }) => {
    told('bob may not', await asks(bob, 'DELETE', `rooms/${pier.id}`));
    told('ada may', await asks(ada, 'DELETE', `rooms/${pier.id}`));
    told(
      'bob speaks',
      await bob.says(pier, 'Hello?'),
      'forbidden: the room is archived: its owners can restore it',
    );
    told('bob reacts', await bob.reacts(pier, 4, '🎉', true));
    told('bob reads', counts(await as(bob, `rooms/${pier.id}`)));
    told('ada', await asks(ada, 'POST', `rooms/${pier.id}/restore`));
  },
  'cat is removed, and hears and says no more': async (told, { ada, bob, cat, pier }) => {
    await ada.person.kicks(pier, cat.person);
    told('cat speaks', await cat.says(pier, 'Hello?'));
    told('cat reads', await asks(cat, 'GET', `rooms/${pier.id}/messages`));
    told('bob speaks', await bob.says(pier, 'Quiet now.', { id: 'bob-000005' }), 'done');
  },
  'cat is shut out, until bob lets her': async (told, { bob, cat, pier }) => {
    const ban = `rooms/${pier.id}/bans/${cat.person.user.id}`;
    told('bob', await asks(bob, 'PUT', ban, { reason: 'noise' }));
    told('cat joins', await asks(cat, 'POST', `rooms/${pier.id}/join`));
    told('who is banned', await asks(bob, 'GET', `rooms/${pier.id}/bans`));
    told('bob again', await asks(bob, 'DELETE', ban));
  },
  'cat comes back, and bob goes': async (told, { bob, cat, pier }) => {
    await cat.person.joins(pier);
    await cat.hears(pier);
    told('cat', counts(await as(cat, `rooms/${pier.id}`)));
    await bob.person.leaves(pier);
    told('bob', await bob.says(pier, 'One thing more …'));
    told('cat', await cat.says(pier, 'He is gone.', { id: 'cat-000002' }));
  },
};

/** The answer to a call that must succeed. */
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

/** The last message of a room. */
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
  return voice.heard(room).some((event) => event.type === 'typing' && event.userId === who.person.user.id);
}
