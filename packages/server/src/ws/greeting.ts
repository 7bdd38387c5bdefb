/** The time before `welcome`: one small frame that must be hello [A1], and what a script says without waiting. */
import type { Duplex } from 'node:stream';
import { type Decoded, HELLO_MAX_BYTES, type Hello } from '@banter/protocol';
import type { WebSocket } from 'ws';
import type { SocketLink } from './link.ts';

export type Greeting = {
  /** Takes a frame of so many bytes. The first must be hello; those behind it wait. */
  take(decoded: Decoded, bytes: number): void;
  /** Ends the greeting; gives what came in between hello and welcome. */
  end(): Decoded[];
};

/** What the headers of a hello's fragments, and pings among them, may come to. */
const HEADERS_MAX_BYTES = 512;
/** Commands that may come before `welcome`. */
const EARLY_MAX = 64;

export function createGreeting(
  ws: WebSocket,
  socket: Duplex,
  link: SocketLink,
  onHello: (hello: Hello) => void,
): Greeting {
  let hasGreeted = false;
  let bytesBeforeHello = 0;
  const early: Decoded[] = [];

  // Behind the library's own listener: a hello that is whole by now has been greeted.
  socket.on('data', count);

  /** Before hello nothing is gathered that cannot be one. */
  function count(chunk: Buffer): void {
    bytesBeforeHello += chunk.length;
    if (hasGreeted || link.isClosed) socket.off('data', count);
    else if (bytesBeforeHello > HELLO_MAX_BYTES + HEADERS_MAX_BYTES) link.close('too_large');
  }

  function greet(decoded: Decoded, bytes: number): void {
    if (bytes > HELLO_MAX_BYTES) link.close('too_large');
    else if (!decoded.ok || decoded.command.op !== 'hello') link.close('no_hello');
    else {
      hasGreeted = true;
      onHello(decoded.command);
    }
  }

  function defer(decoded: Decoded): void {
    early.push(decoded);
    ws.pause();
    if (early.length > EARLY_MAX) link.close('no_hello');
  }

  return {
    take: (decoded, bytes) => (hasGreeted ? defer(decoded) : greet(decoded, bytes)),
    end() {
      socket.off('data', count);
      return early;
    },
  };
}
