/** Makes the `hello` of each link, and applies its answer `welcome`. */
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

/** The parts that a Greeter uses. */
export type GreeterOptions = { session: TokenSession; following: Following; cursors: Cursors };

/** Greets on one link after another. */
export class Greeter {
  readonly #options: GreeterOptions;
  #sendWindow: number = SEND_WINDOW;
  #typingShownMs: number = TYPING_SHOWN_MS;
  /** The rooms that were followed when the last `hello` was made. */
  #followed: ReadonlySet<number> = new Set();
  /** The rooms that the last `hello` named. */
  #named: ReadonlySet<number> = new Set();

  constructor(options: GreeterOptions) {
    this.#options = options;
  }

  /** The number of unanswered sends that the server allows. */
  get sendWindow(): number {
    return this.#sendWindow;
  }

  /** The time for which a `typing` event is shown, in milliseconds. */
  get typingShownMs(): number {
    return this.#typingShownMs;
  }

  /** Returns the next `hello`: a token, and the cursors of the followed rooms. The first call loads the list of rooms. */
  async greet(needsNewToken: boolean): Promise<Greeting> {
    const { session, following, cursors } = this.#options;
    if (needsNewToken) await session.renew();
    // The cursors start at the heads in the list, so events after it are replayed and none is missed.
    await following.load();
    const token = await session.token();
    const roomIds = cursors.roomIds();
    const all = roomIds.map((roomId) => cursors.cursorOf(roomId));
    const rooms = fitIntoHello(token, all);
    this.#followed = new Set(roomIds);
    this.#named = new Set(rooms.map((room) => room.roomId));
    // With `rooms: []` the server would not follow the rooms that the caller joins later.
    return roomIds.length === 0 ? { token } : { token, rooms };
  }

  /** Applies the server's limits and list of joined rooms. */
  welcome(event: Welcome): void {
    this.#sendWindow = event.limits.sendWindow;
    // An older server does not send it.
    this.#typingShownMs = event.limits.typingShownMs ?? TYPING_SHOWN_MS;
    this.#options.following.welcome(event, this.#followed, this.#named);
  }
}

/** Returns as many of the first `cursors` as fit into HELLO_MAX_BYTES. The others are subscribed to after `welcome`. */
function fitIntoHello(token: string, cursors: RoomCursor[]): RoomCursor[] {
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  let left = HELLO_MAX_BYTES - bytesOf({ op: 'hello', token, rooms: [] });
  return cursors.filter((cursor) => {
    left -= bytesOf(cursor) + 1;
    return left >= 0;
  });
}
