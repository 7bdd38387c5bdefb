/** Tells the owners of closed rooms that an open room got the name of theirs [C11]. */
import type { Hub } from '../../hub/hub.ts';
import type { RoomStore } from '../../store/rooms.ts';
import type { OnProblem } from '../periodic.ts';

/** The parts that Namesakes works with. */
export type NamesakesDeps = {
  rooms: Pick<RoomStore, 'closedNamesakes'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
  onProblem: OnProblem;
};

/** Most owners that are told of one open room. Owners of older rooms come first. */
const OWNERS_MAX = 1_000;

/** The notices to owners. */
export class Namesakes {
  readonly #deps: NamesakesDeps;

  constructor(deps: NamesakesDeps) {
    this.#deps = deps;
  }

  /**
   * Looks for closed rooms with the name of this room, if it is open, and tells their connected owners. The caller's answer must
   * not wait for it: neither its time nor a failure may show that there is such a room.
   */
  tell(roomId: number): void {
    this.#tell(roomId).catch((error: unknown) => this.#deps.onProblem(error));
  }

  async #tell(namesakeId: number): Promise<void> {
    const { rooms, hub } = this.#deps;
    for (const { roomId, userId } of await rooms.closedNamesakes(namesakeId, OWNERS_MAX)) {
      for (const connection of hub.connectionsOf(userId, null))
        hub.send(connection, { type: 'namesake', roomId, namesakeId });
    }
  }
}
