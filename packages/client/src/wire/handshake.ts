/** The beginning of a link: `hello`, then `welcome`, then a confirmation of each room. */
import type { ServerEvent } from '@banter/protocol';

/** Follows one link until the server has confirmed or rejected all rooms that its `hello` names. */
export class Handshake {
  readonly #named: readonly number[];
  readonly #pending = new Set<number>();
  #isGreeted = false;

  /** @param named the ids of the rooms in `hello` */
  constructor(named: readonly number[]) {
    this.#named = named;
  }

  /** Whether `welcome` has arrived. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** Whether `welcome` has arrived and no room is pending. */
  get isComplete(): boolean {
    return this.#isGreeted && this.#pending.size === 0;
  }

  /** Takes the next event of the link into account. */
  observe(event: ServerEvent): void {
    if (event.type === 'welcome') {
      this.#isGreeted = true;
      const joined = new Set(event.rooms.map((room) => room.roomId));
      for (const roomId of this.#named) if (joined.has(roomId)) this.#pending.add(roomId);
    } else if (event.type === 'live') this.#pending.delete(event.roomId);
    else if (event.type === 'error' && event.roomId !== undefined) this.#pending.delete(event.roomId);
  }
}
