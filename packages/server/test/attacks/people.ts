/** Attacks on other people: rooms they did not ask for, and text that shows something else than it says. */

import type { EntryRequest, Room, RoomPage } from '@banter/protocol';
import { type Person, person } from '../harness/people.ts';
import { type Attack, unless } from './attack.ts';

const ROOMS = { short: 8, full: 50 } as const;
const REQUESTS_MADE_MAX = 20;
/** Names of rooms and people that show something else, or bend the text around them. */
const SPOOFED = [
  'pay\u202eexe.jpg',
  'b\u0430nk',
  'ad\u200ba',
  'ｒｏｏｔ',
  'ada\u0301',
  'a\u2066b',
  'a\nb',
  ' ada',
];
const DECEIVING_TOPIC = 'see https://a.example/\u202egpj.exe';

const unwantedRooms: Attack = {
  name: 'a stranger who opens 50 direct rooms with one person, and adds who has left',
  proves: '[C10] nobody is put into a room against their will',
  bound: '`REQUESTS_MADE_MAX`; whoever left is only asked',
  async run(target) {
    const stranger = await person(target, target.nextName('stranger'));
    const victim = await person(target, target.nextName('victim'));
    let made = 0;
    for (let i = 0; i < ROOMS[target.size]; i++) {
      const third = await person(target, target.nextName('third'));
      const body = { userIds: [victim.user.id, third.user.id] };
      if ((await stranger.asks('POST', '/v1/rooms/direct', body)).status < 300) made++;
    }
    const open = await stranger.opens(target.nextName('trap'));
    await victim.joins(open);
    await victim.leaves(open);
    await stranger.asks('PUT', `/v1/rooms/${open.id}/members/${victim.user.id}`, { role: 'member' });
    const joined = await roomsOf(victim);
    const { body } = await victim.asks('GET', '/v1/requests?limit=200');
    const { requests } = body as { requests: EntryRequest[] };
    return {
      outcome: `${made} of ${ROOMS[target.size]} rooms made, ${requests.length} requests, ${joined.length} rooms entered`,
      broken: unless({
        [`the victim is in no room: ${joined.map(({ id }) => id)}`]: joined.length === 0,
        [`at most ${REQUESTS_MADE_MAX} requests are made: ${requests.length}`]:
          requests.length <= REQUESTS_MADE_MAX + 1,
      }),
    };
  },
};

const spoofedNames: Attack = {
  name: 'names that look like others, and topics that turn the text around',
  proves: '[U7] a name has plain letters, digits and signs, so it cannot look like another',
  bound: 'names are ASCII; the page isolates texts and shows direction controls in addresses',
  async run(target) {
    const owner = await person(target, target.nextName('spoofer'));
    const accepted: string[] = [];
    for (const name of SPOOFED) {
      const room = await owner.asks('POST', '/v1/rooms', { name });
      if (room.status < 300) accepted.push(`room ${JSON.stringify(name)}`);
      const account = await person(target, name).catch(() => null);
      if (account !== null) accepted.push(`account ${JSON.stringify(name)}`);
    }
    const room = await owner.opens(target.nextName('topic'));
    await owner.asks('PATCH', `/v1/rooms/${room.id}`, { topic: DECEIVING_TOPIC });
    const { body } = await owner.asks('GET', `/v1/rooms/${room.id}`);
    return {
      outcome: `${accepted.length} of ${2 * SPOOFED.length} names accepted`,
      broken: unless({
        [`none is accepted: ${accepted}`]: accepted.length === 0,
        'the topic is kept as written': (body as Room).topic === DECEIVING_TOPIC,
      }),
    };
  },
};

/** All of them. */
export const ON_PEOPLE: readonly Attack[] = [unwantedRooms, spoofedNames];

/** Returns the rooms that a person is in, except for the lobby. */
async function roomsOf(who: Person): Promise<Room[]> {
  const { body } = await who.asks('GET', '/v1/rooms?joined=true');
  return (body as RoomPage).rooms.filter(({ name }) => name !== 'lobby');
}
