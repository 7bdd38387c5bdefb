/** The WebSocket door: both sockets, from the upgrade on. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError, ERRORS, FRAME_MAX_BYTES } from '@banter/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Peer } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../clock.ts';
import { isFault } from '../doors/error-reply.ts';
import type { SocketCounts, SocketSlot } from '../doors/socket-counts.ts';
import type { Watch } from '../doors/watch.ts';
import type { Hub } from '../hub/hub.ts';
import { admitPlain, openPlain } from './plain.ts';
import { refuseUpgrade } from './reject-upgrade.ts';
import { openSocket } from './socket.ts';

export type SocketDoorDeps = {
  chat: Chat;
  hub: Hub;
  watch: Watch;
  socketCounts: SocketCounts;
  clock: Clock;
  identify: (request: IncomingMessage) => Peer;
  /** Whether a page of this Origin may open sockets; true for a request without one. */
  allowsOrigin: (request: IncomingMessage) => boolean;
  /** Told of every upgrade request and how it was answered. */
  onUpgrade: (line: UpgradeLine) => void;
  onFailure: (error: unknown, requestId: string | undefined) => void;
};

export type UpgradeLine = { requestId: string; route: string; status: number; address: string };

/** What both sockets need. */
export type DoorContext = Pick<SocketDoorDeps, 'chat' | 'hub' | 'watch' | 'clock' | 'onFailure'>;

/** An upgrade request on its way. */
export type Incoming = {
  request: IncomingMessage;
  socket: Duplex;
  url: URL;
  peer: Peer;
  /** To be told when its person is known. */
  entry: SocketSlot;
};

export type SocketDoor = {
  /** For the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** From now on upgrades are refused. */
  stopAccepting(): void;
  close(): void;
};

const SUBPROTOCOL = 'banter.v1';
/** A message in more fragments, or arriving in more pieces, is an attack on memory. */
const FRAME_LIMITS = { maxPayload: FRAME_MAX_BYTES, maxFragments: 256, maxBufferedChunks: 4_096 };
/** How long a closed peer has to answer before the line is cut, whoever began to close. */
const CLOSE_LIMITS = { closeTimeout: 2_000 };
const RETRY_AFTER_MS = 2_000;
const ROOM_PATH = /^\/v1\/rooms\/([1-9]\d{0,15})\/ws$/;

export function createSocketDoor(deps: SocketDoorDeps): SocketDoor {
  const { identify, allowsOrigin, onUpgrade } = deps;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    ...FRAME_LIMITS,
    ...CLOSE_LIMITS,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  let isAccepting = true;

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): Promise<string> {
    const url = urlOf(request);
    if (!isAccepting)
      throw new ChatError('unavailable', 'the server is stopping', { retryAfterMs: RETRY_AFTER_MS });
    deps.chat.limits.take('upgrade', peer.address);
    deps.chat.addressBans.requireAllowed(peer.address);
    if (!allowsOrigin(request))
      throw new ChatError('forbidden', 'pages of this origin may not open sockets here');
    const entry = deps.socketCounts.enter(peer.address);
    leaveAtClose(socket, entry);
    const incoming: Incoming = { request, socket, url, peer, entry };
    const upgrade = (open: (ws: WebSocket) => void) => {
      if (!socket.destroyed) server.handleUpgrade(request, socket, head, open);
    };
    if (url.pathname === '/v1/socket') {
      upgrade((ws) => openSocket(deps, ws, incoming));
      return '/v1/socket';
    }
    const roomId = Number(ROOM_PATH.exec(url.pathname)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(roomId))
      throw new ChatError('not_found', 'sockets are /v1/socket and /v1/rooms/{id}/ws');
    const plain = await admitPlain(deps, incoming, roomId);
    entry.signedIn();
    upgrade((ws) => openPlain(deps, ws, incoming, plain));
    return '/v1/rooms/:roomId/ws';
  }

  return {
    upgrade(request, socket, head) {
      // A peer that resets now must not end the process.
      socket.on('error', () => socket.destroy());
      const peer = identify(request);
      const { requestId, address } = peer;
      accept(request, socket, head, peer).then(
        (route) => onUpgrade({ requestId, route, status: 101, address }),
        (thrown: unknown) => {
          const error =
            thrown instanceof ChatError ? thrown : new ChatError('internal', undefined, { cause: thrown });
          if (isFault(error)) deps.onFailure(thrown, requestId);
          refuseUpgrade(socket, error, requestId);
          onUpgrade({ requestId, route: 'upgrade', status: ERRORS[error.code].status, address });
        },
      );
    },
    stopAccepting() {
      isAccepting = false;
    },
    close: () => server.close(),
  };
}

/** Apart, so that what is kept for as long as the socket lives is not the whole request. */
function leaveAtClose(socket: Duplex, entry: SocketSlot): void {
  socket.once('close', () => entry.leave());
}

/** @throws ChatError invalid for a target that is no path: anyone can send one. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  if (URL.canParse(target, 'http://localhost')) return new URL(target, 'http://localhost');
  throw new ChatError('invalid', 'the request target is no path');
}
