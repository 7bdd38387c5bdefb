/** Telling people of each other's presence: those of common rooms, unless the room is so large that it would be a flood. */
import { PRESENCE_ROOM_MAX, type Presence, type PresenceEvent } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { MembershipStore } from '../../store/memberships.ts';
import { createGathering } from './batcher.ts';
import type { Person } from './presence.ts';

export type PresenceNewsDeps = {
  memberships: Pick<MembershipStore, 'roomIdsOfAll'>;
  hub: Pick<Hub, 'broadcast' | 'connectionsOf' | 'send'>;
  /** How a person is now. */
  of: (userId: number) => Presence;
  onProblem: (error: unknown) => void;
};

export type PresenceNews = {
  /** Something may have changed. `isOwnWord`: it was said by hand, and the person's own connections hear of it too. */
  tell(person: Person, options?: { isOwnWord: boolean }): void;
};

export function createPresenceNews({ memberships, hub, of, onProblem }: PresenceNewsDeps): PresenceNews {
  /** What was told last; nothing for who is offline. */
  const told = new Map<number, Presence>();

  /** A crowd that comes at once is looked up at once. What is told is how things stand when the answer is there. */
  const changed = createGathering<Person>(async (people) => {
    const roomIds = await memberships.roomIdsOfAll([...people.keys()], PRESENCE_ROOM_MAX);
    for (const person of people.values()) {
      const now = of(person.userId);
      if (isSame(now, told.get(person.userId))) continue;
      if (now.state === 'offline') told.delete(person.userId);
      else told.set(person.userId, now);
      hub.broadcast(roomIds.get(person.userId) ?? [], eventOf(person, now), person.userId);
    }
  }, onProblem);

  return {
    tell(person, options) {
      changed.add(person.userId, person);
      if (!options?.isOwnWord) return;
      for (const connection of hub.connectionsOf(person.userId, null)) {
        hub.send(connection, eventOf(person, of(person.userId)));
      }
    },
  };
}

function eventOf({ userId, username }: Person, now: Presence): PresenceEvent {
  return { type: 'presence', userId, username, ...now };
}

function isSame(now: Presence, before: Presence = { state: 'offline' }): boolean {
  return now.state === before.state && now.awayMessage === before.awayMessage;
}
