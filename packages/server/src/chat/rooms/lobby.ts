/** The lobby: the room that new accounts join, so that nobody's first view is an empty one [C8]. */
import type { User } from '@banter/protocol';
import type { Appender } from '../../store/append/appender.ts';
import type { RoomStore } from '../../store/rooms.ts';
import type { Scope } from '../caller.ts';

export type Lobby = {
  /** Finds the lobby, or makes it where there are no rooms but somebody to own it; null where there is none. */
  open(scope?: Scope): Promise<number | null>;
  /** Takes a new account in. @throws ChatError as a join does, such as when the lobby is archived. */
  welcome(user: User, scope?: Scope): Promise<void>;
};

export type LobbyDeps = {
  rooms: Pick<RoomStore, 'findLobby'>;
  appender: Pick<Appender, 'change'>;
  /** Null: this server shall have none. */
  name: string | null;
};

export function createLobby({ rooms, appender, name }: LobbyDeps): Lobby {
  /** Undefined until it is certain. */
  let known: number | null | undefined = name === null ? null : undefined;

  async function open(scope?: Scope): Promise<number | null> {
    if (known !== undefined || name === null) return known ?? null;
    const { roomId, isSettled } = await rooms.findLobby(name, scope);
    if (isSettled) known = roomId;
    return roomId;
  }

  return {
    open,
    async welcome(user, scope) {
      const roomId = await open(scope);
      if (roomId !== null) await appender.change({ type: 'join', roomId, actor: user });
    },
  };
}
