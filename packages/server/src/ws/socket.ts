/** `/v1/socket`: one socket for all of a person's rooms, subprotocol banter.v1. */
import { ChatError, type Decoded, decodeCommand, encodeEvent, type Hello } from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../chat/caller.ts';
import { isPersonalToken } from '../chat/sign-in/personal-tokens.ts';
import { isFault, toErrorReply } from '../doors/error-reply.ts';
import { heard, signedIn, type Watched } from '../doors/watch.ts';
import { type GreetedSocket, permitCommand, runCommand } from './commands.ts';
import type { DoorContext, Incoming } from './door.ts';
import { createGreeting, type Greeting } from './greeting.ts';
import { createOffences } from './invalid-frames.ts';
import { createSocketLink, type LinkOptions, type SocketLink } from './link.ts';
import { createSendWindow, type SendWindow } from './send-window.ts';

/** Takes over an upgraded socket and speaks banter.v1 on it until it closes. */
export function openSocket(context: DoorContext, ws: WebSocket, incoming: Incoming): void {
  new ClientSocket(context, ws, incoming);
}

/** A class for the same reason as the link's: each idle socket has one, and what only its beginning needs is let go. */
class ClientSocket implements LinkOptions {
  private readonly context: DoorContext;
  private readonly ws: WebSocket;
  private readonly link: SocketLink;
  private readonly window: SendWindow;
  private readonly watched: Watched;
  private session: GreetedSocket | null = null;
  /** Null from `welcome` on. */
  private greeting: Greeting | null;
  /** Null until something invalid comes. */
  private isOffender: ((now: number) => boolean) | null = null;

  constructor(context: DoorContext, ws: WebSocket, incoming: Incoming) {
    this.context = context;
    this.ws = ws;
    this.link = createSocketLink(ws, incoming.socket, this);
    this.window = createSendWindow(ws, this.link);
    this.watched = context.watch.add(this.link, () => this.ping());
    this.greeting = this.beginGreeting(incoming);
    ws.on('message', (data: RawData, isBinary: boolean) => this.hear(data as Buffer, isBinary));
  }

  onClosing(): void {
    if (this.session) this.context.hub.write(this.session.connection);
  }

  onClose(): void {
    this.context.watch.remove(this.watched);
    if (this.session) this.context.hub.close(this.session.connection);
  }

  onDrain(): void {
    if (this.session) this.context.hub.refill(this.session.connection);
    this.window.look();
  }

  /** Apart from the constructor, whose own functions stay and would keep the whole request. */
  private beginGreeting(incoming: Incoming): Greeting {
    return createGreeting(this.ws, incoming.socket, this.link, (hello) => this.greet(hello, incoming));
  }

  private hear(data: Buffer, isBinary: boolean): void {
    if (this.link.isClosed) return;
    heard(this.watched, this.context.clock.now());
    this.window.look();
    const decoded = isBinary ? NO_TEXT : decodeCommand(data.toString());
    if (this.greeting) this.greeting.take(decoded, data.length);
    else this.take(decoded);
  }

  private take(decoded: Decoded): void {
    const { context, link, session } = this;
    if (link.isClosed || !session) return;
    if (decoded.ok) {
      runCommand(context, session, decoded.command);
      return;
    }
    context.hub.send(session.connection, toErrorReply(new ChatError('invalid', decoded.problem), decoded.id));
    this.isOffender ??= createOffences();
    if (this.isOffender(context.clock.now())) link.close('protocol_error');
  }

  private greet(hello: Hello, incoming: Incoming): void {
    this.watched.helloDueAt = null;
    this.signIn(hello, incoming).catch((error: unknown) => {
      if (isFault(error)) this.context.onFailure(error, incoming.peer.requestId);
      this.link.close('interrupted', RETRY_AFTER_MS);
    });
  }

  private async signIn(hello: Hello, { peer, entry }: Incoming): Promise<void> {
    const { context, link } = this;
    const { chat } = context;
    const scope = { requestId: peer.requestId };
    const claims = await orNull(chat.sessions.verify(hello.token, { address: peer.address, scope }));
    // Nothing renews a personal token.
    if (!claims) return link.close(isPersonalToken(hello.token) ? 'session_ended' : 'token_expired');
    const caller = await orNull(chat.sessions.callerOf(claims, scope));
    if (!caller) return link.close('session_ended');
    if (link.isClosed) return;
    if (!this.mayGreet(caller, hello)) return link.close('session_ended');
    const session = this.open(caller);
    signedIn(this.watched, context.clock, claims.expiresAt);
    entry.signedIn();
    // Looked up again now that it is registered: an end of the session in between finds the socket, or we find the end [A4].
    if ((await orNull(chat.sessions.recheck(caller))) === null) return link.close('session_ended');
    await chat.subscriptions.welcome(caller, session.connection, hello.rooms);
    this.begin();
  }

  /** A token that may not listen is told so: this socket is of no use to it. */
  private mayGreet(caller: Caller, hello: Hello): boolean {
    try {
      permitCommand(caller, hello);
      return true;
    } catch (error) {
      this.link.write([this.link.wire(encodeEvent(toErrorReply(error)))]);
      return false;
    }
  }

  private open(caller: Caller): GreetedSocket {
    const { window, watched } = this;
    const { id: userId, username } = caller.user;
    const { sessionId, permissions } = caller;
    const connection = this.context.hub.open(this.link, {
      userId,
      username,
      sessionId,
      onlyRoomId: permissions.roomId,
    });
    this.session = { caller, connection, order: null, window, watched };
    return this.session;
  }

  /** Welcome was said: runs what came meanwhile, and from now on what comes. */
  private begin(): void {
    const early = this.greeting?.end() ?? [];
    this.greeting = null;
    for (const decoded of early) this.take(decoded);
    if (this.ws.isPaused) this.ws.resume();
  }

  /** `ping` with the heads that changed since the last one [R3]. */
  private ping(): void {
    const { context, session } = this;
    if (!session) return;
    const heads = context.hub.collectNewHeads(session.connection);
    context.hub.send(session.connection, { type: 'ping', t: context.clock.wall(), ...(heads && { heads }) });
  }
}

const RETRY_AFTER_MS = 1_000;
const NO_TEXT: Decoded = { ok: false, problem: 'send text frames' };

/** Null where the answer is that the caller is not known; other failures are thrown on. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'unauthenticated') return null;
    throw error;
  }
}
