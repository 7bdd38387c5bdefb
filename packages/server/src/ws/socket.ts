/** `/v1/socket`: one socket for all rooms of a person, with the subprotocol banter.v1. */
import type { Duplex } from 'node:stream';
import { ChatError, type Decoded, decodeCommand, encodeEvent, type Hello } from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../chat/caller.ts';
import { isPersonalToken } from '../chat/sign-in/personal-tokens.ts';
import { isFault, replyError, toErrorReply } from '../doors/error-reply.ts';
import type { LinkEvents } from '../doors/link-events.ts';
import { scopeOf } from '../doors/peer.ts';
import { register, unregister } from '../doors/registration.ts';
import { type LinkOwner, recordActivity, type WatchedLink } from '../doors/watch.ts';
import type { Connection } from '../hub/connection.ts';
import type { FrameRunner } from './command-turns.ts';
import { Greeting } from './greeting.ts';
import { InvalidFrames, TEXT_FRAMES_ONLY } from './invalid-frames.ts';
import { WebSocketLink } from './link.ts';
import { requireScope, runCommand } from './run-command.ts';
import { SendWindow } from './send-window.ts';
import type { GreetedSocket, SocketContext, UpgradeRequest } from './types.ts';

/** Serves an upgraded socket until it closes. */
export function openSocket(context: SocketContext, ws: WebSocket, upgrade: UpgradeRequest): void {
  const socket = new ClientSocket(context, ws, upgrade.socket, upgrade.peer.address);
  socket.awaitHello(upgrade);
}

/** A socket. It has few closures of its own, because each idle socket keeps them. */
class ClientSocket implements LinkEvents, LinkOwner, FrameRunner {
  readonly #context: SocketContext;
  readonly #ws: WebSocket;
  readonly #link: WebSocketLink;
  readonly #window: SendWindow;
  readonly #watched: WatchedLink;
  /** Null before `welcome`. */
  #greeted: GreetedSocket | null = null;
  /** Null after `welcome`. */
  #greeting: Greeting | null = null;
  /** Null until an invalid frame arrives. */
  #invalidFrames: InvalidFrames | null = null;

  constructor(context: SocketContext, ws: WebSocket, socket: Duplex, address: string) {
    this.#context = context;
    this.#ws = ws;
    this.#link = new WebSocketLink(ws, socket, this);
    this.#window = new SendWindow(ws, this.#link);
    this.#watched = context.watch.add(this.#link, this, address);
    ws.on('message', (data: RawData, isBinary: boolean) => this.#receive(data as Buffer, isBinary));
  }

  /** Begins the greeting. Not part of the constructor, whose closures would keep the whole request in memory. */
  awaitHello(upgrade: UpgradeRequest): void {
    this.#greeting = new Greeting({
      ws: this.#ws,
      socket: upgrade.socket,
      link: this.#link,
      onHello: (hello) => this.#greet(hello, upgrade),
    });
  }

  /** Sends `ping`, with the heads that changed since the last one [R3]. */
  ping(): void {
    const { hub, clock } = this.#context;
    const { connection } = this.#watched;
    if (!connection) return;
    const heads = hub.collectNewHeads(connection);
    hub.send(connection, { type: 'ping', t: clock.wall(), ...(heads && { heads }) });
  }

  unfinishedBytes(): number {
    return this.#link.unfinishedBytes();
  }

  cut(): void {
    this.#ws.terminate();
  }

  onClosing(): void {
    const { connection } = this.#watched;
    if (connection) this.#context.hub.write(connection);
  }

  onClose(): void {
    unregister(this.#context, this.#watched);
  }

  onDrain(): void {
    const { connection } = this.#watched;
    if (connection) this.#context.hub.refill(connection);
    this.#window.pauseOrResume();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#link.isClosed) return;
    recordActivity(this.#watched, this.#context.clock.now());
    this.#link.finishMessage();
    this.#window.pauseOrResume();
    if (this.#greeting) this.#greeting.accept(decode(isBinary ? null : data), data.length);
    else this.#context.turns.run(this, isBinary ? null : data);
  }

  runFrame(data: Buffer | null): void {
    if (!this.#link.isClosed) this.#run(decode(data));
  }

  holdFrames(): void {
    this.#ws.pause();
  }

  releaseFrames(): void {
    this.#link.resume();
    this.#window.pauseOrResume();
  }

  #run(decoded: Decoded): void {
    const greeted = this.#greeted;
    if (this.#link.isClosed || !greeted) return;
    if (decoded.ok) runCommand(this.#context, greeted, decoded.command);
    else this.#rejectFrame(greeted, decoded.problem, decoded.id);
  }

  #rejectFrame({ caller, connection }: GreetedSocket, problem: string, id: string | undefined): void {
    const { requestId } = caller.scope;
    replyError(this.#context, connection, new ChatError('invalid', problem), { requestId, id });
    this.#invalidFrames ??= new InvalidFrames();
    if (this.#invalidFrames.add(this.#context.clock.now())) this.#link.close('protocol_error');
  }

  #greet(hello: Hello, upgrade: UpgradeRequest): void {
    this.#watched.helloDueAt = null;
    this.#signIn(hello, upgrade).catch((error: unknown) => {
      if (isFault(error)) this.#context.onFailure(error, upgrade.peer.requestId);
      this.#link.close('interrupted', RETRY_AFTER_MS);
    });
  }

  async #signIn(hello: Hello, { peer, slot }: UpgradeRequest): Promise<void> {
    const link = this.#link;
    const { sessions } = this.#context.chat;
    const scope = scopeOf(peer);
    const claims = await orNull(sessions.verify(hello.token, { address: peer.address, scope }));
    // A client can renew its access token, but not a personal token.
    if (!claims) return link.close(isPersonalToken(hello.token) ? 'session_ended' : 'token_expired');
    const caller = await orNull(sessions.callerOf(claims, scope));
    if (!caller) return link.close('session_ended');
    if (link.isClosed) return;
    if (!this.#mayListen(caller, hello)) return link.close('session_ended');
    slot.markSignedIn();
    const admission = { caller, expiresAt: claims.expiresAt };
    const welcome = (connection: Connection) => this.#welcome(caller, connection, hello);
    const done = await orNull(register(this.#context, this.#watched, admission, welcome));
    if (done === null) link.close('session_ended');
  }

  /** Checks the token's scope for `hello`, and answers with an error if it lacks it: such a socket is of no use. */
  #mayListen(caller: Caller, hello: Hello): boolean {
    try {
      requireScope(caller, hello);
      return true;
    } catch (error) {
      this.#link.write(this.#link.wire(encodeEvent(toErrorReply(error))));
      return false;
    }
  }

  /** Sends `welcome`, then runs the commands that arrived meanwhile. */
  async #welcome(caller: Caller, connection: Connection, { rooms }: Hello): Promise<void> {
    await this.#context.chat.subscriptions.welcome(caller, connection, rooms);
    this.#greeted = { caller, connection, window: this.#window, watched: this.#watched, order: null };
    const early = this.#greeting?.end() ?? [];
    this.#greeting = null;
    for (const decoded of early) this.#run(decoded);
    if (this.#ws.isPaused) this.#ws.resume();
  }
}

const RETRY_AFTER_MS = 1_000;
/** Decodes a frame. Null is a binary one, which no command is. */
function decode(data: Buffer | null): Decoded {
  return data ? decodeCommand(data.toString()) : BINARY_FRAME;
}

const BINARY_FRAME: Decoded = { ok: false, problem: TEXT_FRAMES_ONLY };

/** Resolves to null if the caller is not authenticated. Rejects with any other error. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'unauthenticated') return null;
    throw error;
  }
}
