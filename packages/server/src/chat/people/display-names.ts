/** Tells others of a changed display name, so that their pages need not read it again. */
import { PRESENCE_ROOM_MAX, type Profile, type ProfileEvent } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { MembershipStore } from '../../store/memberships.ts';
import type { OnProblem } from '../periodic.ts';
import { Batcher } from '../presence/batcher.ts';

/** The parts that DisplayNames works with. */
export type DisplayNamesDeps = {
  memberships: Pick<MembershipStore, 'roomIdsOfAll'>;
  hub: Pick<Hub, 'broadcast' | 'connectionsOf' | 'send'>;
  onProblem: OnProblem;
};

/** Sends the new names to the people of common rooms, except very large ones, as presence does. */
export class DisplayNames {
  readonly #deps: DisplayNamesDeps;
  /** While rooms are being read, later changes of one person become one event. */
  readonly #changed: Batcher<ProfileEvent>;

  constructor(deps: DisplayNamesDeps) {
    this.#deps = deps;
    this.#changed = new Batcher((events) => this.#send(events), deps.onProblem);
  }

  /** Tells a person's own connections at once, and the others once their rooms are known. */
  publish({ id: userId, username, displayName }: Pick<Profile, 'id' | 'username' | 'displayName'>): void {
    const { hub } = this.#deps;
    const event: ProfileEvent = {
      type: 'profile',
      userId,
      username,
      ...(displayName === undefined ? {} : { displayName }),
    };
    for (const connection of hub.connectionsOf(userId, null)) hub.send(connection, event);
    this.#changed.add(userId, event);
  }

  async #send(events: ReadonlyMap<number, ProfileEvent>): Promise<void> {
    const { memberships, hub } = this.#deps;
    const roomIds = await memberships.roomIdsOfAll([...events.keys()], PRESENCE_ROOM_MAX);
    for (const event of events.values()) hub.broadcast(roomIds.get(event.userId) ?? [], event, event.userId);
  }
}
