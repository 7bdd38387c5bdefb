/** The time before `welcome`: the first frame must be a small hello [A1]; commands that follow at once are deferred. */
import type { Duplex } from 'node:stream';
import { type Decoded, HELLO_MAX_BYTES, type Hello } from '@banter/protocol';
import type { WebSocket } from 'ws';
import type { WebSocketLink } from './link.ts';

/** Bytes that the frame headers of a fragmented hello, and pings between its fragments, may take. */
const HEADERS_MAX_BYTES = 512;
/** Commands that may arrive before `welcome`. */
const EARLY_MAX = 64;

/** Dependencies of a greeting. */
export type GreetingDeps = {
  ws: WebSocket;
  socket: Duplex;
  link: WebSocketLink;
  /** Called once, with the hello. */
  onHello: (hello: Hello) => void;
};

/** One socket's greeting. */
export class Greeting {
  readonly #deps: GreetingDeps;
  readonly #early: Decoded[] = [];
  #hasHello = false;
  #bytesBeforeHello = 0;

  constructor(deps: GreetingDeps) {
    this.#deps = deps;
    // After the library's own listener: a hello that is complete by now has been accepted.
    deps.socket.on('data', this.#countBytes);
  }

  /** Accepts a decoded frame of this many bytes. The first must be hello, the others are deferred. */
  accept(decoded: Decoded, bytes: number): void {
    if (this.#hasHello) this.#defer(decoded);
    else this.#acceptHello(decoded, bytes);
  }

  /** Ends the greeting. Returns the frames that arrived between hello and welcome. */
  end(): Decoded[] {
    this.#deps.socket.off('data', this.#countBytes);
    return this.#early;
  }

  /** Closes a socket that sends more than a hello can have, before it fills the memory. */
  readonly #countBytes = (chunk: Buffer): void => {
    const { socket, link } = this.#deps;
    this.#bytesBeforeHello += chunk.length;
    if (this.#hasHello || link.isClosed) socket.off('data', this.#countBytes);
    else if (this.#bytesBeforeHello > HELLO_MAX_BYTES + HEADERS_MAX_BYTES) link.close('too_large');
  };

  #acceptHello(decoded: Decoded, bytes: number): void {
    const { link, onHello } = this.#deps;
    if (bytes > HELLO_MAX_BYTES) link.close('too_large');
    else if (!decoded.ok || decoded.command.op !== 'hello') link.close('no_hello');
    else {
      this.#hasHello = true;
      onHello(decoded.command);
    }
  }

  #defer(decoded: Decoded): void {
    this.#early.push(decoded);
    this.#deps.ws.pause();
    if (this.#early.length > EARLY_MAX) this.#deps.link.close('no_hello');
  }
}
