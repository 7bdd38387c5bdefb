/** A socket whose two directions are queues, flushed by hand: every interleaving can be written down. */
import type { Command, ServerEvent } from '@banter/protocol';
import type { SocketLike } from '../src/wire/link.ts';

type Listener = (event: { data?: unknown; code?: number; reason?: string }) => void;

export type FakeSocket = SocketLike & {
  readonly url: string;
  /** What the client has said and the server has not read yet. */
  readonly toServer: Command[];
  /** Frames that the client has not been given yet. */
  readonly toClient: string[];
  readonly isOpen: boolean;
  /** Lets the handshake succeed. */
  accept(): void;
  /** Puts a frame on its way to the client. */
  say(...events: ServerEvent[]): void;
  /** Gives the client the next `count` frames, by default all. */
  deliver(count?: number): void;
  /** Ends it as the network or the server would; what is under way is lost. */
  cut(code?: number, reason?: string): void;
};

/** One socket; `onClosed` hears when the client closes it. */
export function createFakeSocket(url: string, onClosed: (socket: FakeSocket) => void): FakeSocket {
  const listeners = new Map<string, Listener[]>();
  let isOpen = false;
  let isOver = false;
  const toServer: Command[] = [];
  const toClient: string[] = [];
  const fire = (type: string, event = {}): void => {
    for (const listener of listeners.get(type) ?? []) listener(event);
  };

  const socket: FakeSocket = {
    url,
    toServer,
    toClient,
    get isOpen() {
      return isOpen;
    },
    addEventListener(type, listener: unknown) {
      listeners.set(type, [...(listeners.get(type) ?? []), listener as Listener]);
    },
    send(data) {
      if (isOpen) toServer.push(JSON.parse(data) as Command);
    },
    close() {
      if (isOver) return;
      isOver = true;
      isOpen = false;
      onClosed(socket);
    },
    accept() {
      if (isOver) return;
      isOpen = true;
      fire('open');
    },
    say(...events) {
      if (isOpen) toClient.push(events.map((event) => JSON.stringify(event)).join('\n'));
    },
    deliver(count = toClient.length) {
      for (let left = count; left > 0 && isOpen; left--) {
        const data = toClient.shift();
        if (data !== undefined) fire('message', { data });
      }
    },
    cut(code = 1006, reason = '') {
      if (isOver) return;
      isOver = true;
      isOpen = false;
      toServer.length = 0;
      toClient.length = 0;
      fire('close', { code, reason });
    },
  };
  return socket;
}
