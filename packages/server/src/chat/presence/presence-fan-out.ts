/** Fan-out of presence: to the rooms that a person is in, except very large ones, where it would be a flood. */
import { PRESENCE_ROOM_MAX, type Presence, type PresenceEvent } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { MembershipStore } from '../../store/memberships.ts';
import type { OnProblem } from '../periodic.ts';
import { Batcher } from './batcher.ts';
import { OFFLINE, type Person } from './present-person.ts';

/** The parts that PresenceFanOut works with. */
export type PresenceFanOutDeps = {
  memberships: Pick<MembershipStore, 'roomIdsOfAll'>;
  hub: Pick<Hub, 'broadcast' | 'connectionsOf' | 'send'>;
  /** Returns a person's presence now. */
  of: (userId: number) => Presence;
  onProblem: OnProblem;
};

/** Sends presence events to the people of common rooms. */
export class PresenceFanOut {
  readonly #deps: PresenceFanOutDeps;
  /** The presence that others were told last. People who are offline are not in it. */
  readonly #sent = new Map<number, Presence>();
  /** One query reads the rooms of everybody whose presence changed in the same turn. */
  readonly #changed: Batcher<Person>;

  constructor(deps: PresenceFanOutDeps) {
    this.#deps = deps;
    this.#changed = new Batcher((people) => this.#send(people), deps.onProblem);
  }

  /** Tells others of a person's presence if it differs from what they were told last. */
  publish(person: Person): void {
    this.#changed.add(person.userId, person);
  }

  /** Tells the person's own connections at once. */
  publishToSelf(person: Person): void {
    const { hub, of } = this.#deps;
    for (const connection of hub.connectionsOf(person.userId, null)) {
      hub.send(connection, toEvent(person, of(person.userId)));
    }
  }

  async #send(people: ReadonlyMap<number, Person>): Promise<void> {
    const { memberships, hub, of } = this.#deps;
    const roomIds = await memberships.roomIdsOfAll([...people.keys()], PRESENCE_ROOM_MAX);
    for (const person of people.values()) {
      // The presence as of the answer: it may have changed while the store was read.
      const now = of(person.userId);
      if (isSame(now, this.#sent.get(person.userId) ?? OFFLINE)) continue;
      if (now.state === 'offline') this.#sent.delete(person.userId);
      else this.#sent.set(person.userId, now);
      hub.broadcast(roomIds.get(person.userId) ?? [], toEvent(person, now), person.userId);
    }
  }
}

function toEvent({ userId, username }: Person, now: Presence): PresenceEvent {
  return { type: 'presence', userId, username, ...now };
}

function isSame(now: Presence, before: Presence): boolean {
  return now.state === before.state && now.awayMessage === before.awayMessage;
}
