/** The lobby: the room that new accounts join, so that their first page is not empty [C8]. */
import type { User } from '@banter/protocol';
import type { Appender } from '../../store/append/appender.ts';
import type { RoomStore } from '../../store/rooms.ts';
import type { Scope } from '../caller.ts';

/** The parts that Lobby works with. */
export type LobbyDeps = {
  rooms: Pick<RoomStore, 'findLobby'>;
  appender: Pick<Appender, 'change'>;
  /** The name under which the lobby is created; null on a server that has none. */
  name: string | null;
};

/** The lobby of the server. */
export class Lobby {
  readonly #deps: LobbyDeps;
  /** The lobby's id, or null for none; undefined until the answer is final. */
  #roomId: number | null | undefined;

  constructor(deps: LobbyDeps) {
    this.#deps = deps;
    this.#roomId = deps.name === null ? null : undefined;
  }

  /**
   * Returns the lobby's id. On a server that has an administrator and no rooms, it creates the lobby.
   * @returns null if there is no lobby.
   */
  async open(scope?: Scope): Promise<number | null> {
    const { rooms, name } = this.#deps;
    if (this.#roomId !== undefined || name === null) return this.#roomId ?? null;
    const { roomId, isSettled } = await rooms.findLobby(name, scope);
    if (isSettled) this.#roomId = roomId;
    return roomId;
  }

  /**
   * Makes a new account a member of the lobby.
   * @throws ChatError as a join does, such as forbidden for an archived lobby.
   */
  async welcome(user: User, scope?: Scope): Promise<void> {
    const roomId = await this.open(scope);
    if (roomId !== null) await this.#deps.appender.change({ type: 'join', roomId, actor: user });
  }
}
