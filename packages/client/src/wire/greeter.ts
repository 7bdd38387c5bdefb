/** The first words on a line: what we say in `hello`, and what the answer `welcome` changes. */
import {
  HELLO_MAX_BYTES,
  type RoomCursor,
  SEND_WINDOW,
  TYPING_SHOWN_MS,
  type Welcome,
} from '@banter/protocol';
import type { TokenSession } from '../api/token-session.ts';
import type { Cursors } from '../rooms/cursors.ts';
import type { Following } from '../rooms/following.ts';
import type { Greeting } from './connection.ts';

export type GreeterOptions = { session: TokenSession; following: Following; cursors: Cursors };

export type Greeter = {
  /** How many sends the server lets wait for their answers. */
  readonly sendWindow: number;
  /** How long one word of it says that somebody types. */
  readonly typingShownMs: number;
  /** A token, and the rooms to follow with their places; the first time their list is loaded before. */
  greet(needsNewToken: boolean): Promise<Greeting>;
  welcome(event: Welcome): void;
};

/** Greets for one client, line after line. */
export function createGreeter({ session, following, cursors }: GreeterOptions): Greeter {
  let sendWindow: number = SEND_WINDOW;
  let typingShownMs: number = TYPING_SHOWN_MS;
  /** The rooms that were followed when the last `hello` was made, and those of them it named. */
  let known: ReadonlySet<number> = new Set();
  let asked: ReadonlySet<number> = new Set();

  return {
    get sendWindow() {
      return sendWindow;
    },
    get typingShownMs() {
      return typingShownMs;
    },
    async greet(needsNewToken) {
      if (needsNewToken) await session.renew();
      // From the list's heads on nothing is missed: what comes after it was loaded is replayed.
      await following.load();
      const token = await session.token();
      const roomIds = cursors.roomIds();
      const rooms = fit(token, roomIds.map(cursors.cursorOf));
      known = new Set(roomIds);
      asked = new Set(rooms.map((room) => room.roomId));
      // With no room yet, the server's own list is asked for: it follows along when somebody lets us in.
      return roomIds.length === 0 ? { token } : { token, rooms };
    },
    welcome(event) {
      ({ sendWindow } = event.limits);
      // An older server says nothing of it.
      typingShownMs = event.limits.typingShownMs ?? TYPING_SHOWN_MS;
      following.welcome(event, known, asked);
    },
  };
}

/** The first of `cursors`, as many as fit into HELLO_MAX_BYTES; the others are subscribed to after `welcome`. */
function fit(token: string, cursors: RoomCursor[]): RoomCursor[] {
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  let left = HELLO_MAX_BYTES - bytesOf({ op: 'hello', token, rooms: [] });
  return cursors.filter((cursor) => {
    left -= bytesOf(cursor) + 1;
    return left >= 0;
  });
}
