/** The WebSocket door: checks upgrade requests, and opens both kinds of socket. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ChatError, ERROR_STATUSES, FRAME_MAX_BYTES } from '@banter/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Peer } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import { isFault } from '../doors/error-reply.ts';
import { upgradeFlawOf } from '../doors/request-flaws.ts';
import type { SocketCounts, SocketSlot } from '../doors/socket-counts.ts';
import { missingUpgrade, upgradeRequired } from '../doors/upgrade-required.ts';
import { CommandTurns } from './command-turns.ts';
import { ControlFrames } from './control-frames.ts';
import { admitPlain, openPlain } from './plain.ts';
import { rejectUpgrade } from './reject-upgrade.ts';
import { openSocket } from './socket.ts';
import type { SocketContext, UpgradeRequest } from './types.ts';

/** Dependencies of the door. */
export type SocketDoorDeps = Omit<SocketContext, 'turns' | 'chat'> & {
  chat: SocketContext['chat'] & Pick<Chat, 'addressBans'>;
  socketCounts: SocketCounts;
  /** Returns the peer of a request. */
  identify: (request: IncomingMessage) => Peer;
  /** Whether a page of the request's Origin may open sockets. True for a request without an Origin. */
  allowsOrigin: (request: IncomingMessage) => boolean;
  /** Called for each upgrade request with the status of its answer. */
  onUpgrade: (line: UpgradeLine) => void;
};

/** An answered upgrade request, for the log. */
export type UpgradeLine = { requestId: string; route: string; status: number; address: string };

const SUBPROTOCOL = 'banter.v1';
/** A message in more fragments, or in more pieces, is an attack on memory. */
const FRAME_LIMITS = { maxPayload: FRAME_MAX_BYTES, maxFragments: 256, maxBufferedChunks: 4_096 };
/** Milliseconds that a peer has to answer a close before its connection is cut. */
const CLOSE_LIMITS = { closeTimeout: 2_000 };
const RETRY_AFTER_MS = 2_000;
const ROOM_PATH = /^\/v1\/rooms\/([1-9]\d{0,15})\/ws$/;

/** The door to `/v1/socket` and `/v1/rooms/{id}/ws`. */
export class SocketDoor {
  readonly #deps: SocketDoorDeps & SocketContext;
  readonly #controlFrames: ControlFrames;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    ...FRAME_LIMITS,
    ...CLOSE_LIMITS,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  #isAccepting = true;

  constructor(deps: SocketDoorDeps) {
    this.#deps = { ...deps, turns: new CommandTurns() };
    this.#controlFrames = new ControlFrames(deps.clock);
  }

  /** Handles the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { identify, onUpgrade } = this.#deps;
    destroyAtError(socket);
    const peer = identify(request);
    const { requestId, address } = peer;
    this.#accept(request, socket, head, peer).then(
      (route) => onUpgrade({ requestId, route, status: 101, address }),
      (thrown: unknown) => this.#reject(socket, thrown, peer),
    );
  }

  /** Rejects all upgrades from now on. */
  stopAccepting(): void {
    this.#isAccepting = false;
  }

  /** Closes the library's server. Open sockets are not affected. */
  close(): void {
    this.#server.close();
  }

  /** Checks a request and upgrades it. Returns its route for the log. @throws ChatError when it is rejected. */
  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): Promise<string> {
    const deps = this.#deps;
    this.#requireAllowed(request, peer);
    const url = urlOf(request);
    const slot = deps.socketCounts.acquire(peer.address);
    releaseAtClose(socket, slot);
    const upgrade: UpgradeRequest = { request, socket, url, peer, slot };
    if (url.pathname === '/v1/socket') {
      this.#open(upgrade, head, (ws) => openSocket(deps, ws, upgrade));
      return '/v1/socket';
    }
    const roomId = Number(ROOM_PATH.exec(url.pathname)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(roomId)) {
      throw new ChatError('not_found', 'no such socket: use /v1/socket or /v1/rooms/{id}/ws');
    }
    const follow = await admitPlain(deps, upgrade, roomId);
    slot.markSignedIn();
    this.#open(upgrade, head, (ws) => openPlain(deps, ws, socket, follow));
    return '/v1/rooms/:roomId/ws';
  }

  #requireAllowed(request: IncomingMessage, { address }: Peer): void {
    const { chat, allowsOrigin } = this.#deps;
    if (!this.#isAccepting) {
      throw new ChatError('unavailable', 'the server is stopping', { retryAfterMs: RETRY_AFTER_MS });
    }
    chat.limits.take('upgrade', address);
    const flaw = upgradeFlawOf(request);
    if (flaw) throw flaw;
    chat.addressBans.requireAllowed(address);
    const reason = missingUpgrade(request);
    if (reason) throw upgradeRequired(reason);
    if (!allowsOrigin(request)) {
      throw new ChatError('forbidden', 'pages of this origin may not open sockets here');
    }
  }

  #open({ request, socket }: UpgradeRequest, head: Buffer, open: (ws: WebSocket) => void): void {
    if (socket.destroyed) return;
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      this.#controlFrames.watch(ws);
      open(ws);
    });
  }

  #reject(socket: Duplex, thrown: unknown, { requestId, address }: Peer): void {
    const { onFailure, onUpgrade } = this.#deps;
    const error =
      thrown instanceof ChatError ? thrown : new ChatError('internal', undefined, { cause: thrown });
    if (isFault(error)) onFailure(thrown, requestId);
    rejectUpgrade(socket, error, requestId);
    onUpgrade({ requestId, route: 'upgrade', status: ERROR_STATUSES[error.code], address });
  }
}

// The next ones are functions of their own: closures in the methods above would keep the request while the socket is open.

/** Without this listener, a peer that resets its connection would end the process. */
function destroyAtError(socket: Duplex): void {
  socket.on('error', destroy);
}

function destroy(this: Duplex): void {
  this.destroy();
}

function releaseAtClose(socket: Duplex, slot: SocketSlot): void {
  socket.on('close', () => slot.release());
}

/** Returns the URL of a request. @throws ChatError invalid for a target that is not a path. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  if (URL.canParse(target, 'http://localhost')) return new URL(target, 'http://localhost');
  throw new ChatError('invalid', 'the request target is not a path');
}
