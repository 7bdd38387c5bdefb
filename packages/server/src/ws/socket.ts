/** `/v1/socket`: one socket for all of a person's rooms, subprotocol banter.v1. */
import {
  ChatError,
  type Decoded,
  decodeCommand,
  encodeEvent,
  HELLO_MAX_BYTES,
  type Hello,
} from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../chat/caller.ts';
import { toErrorReply } from '../chat/error-reply.ts';
import { isPersonalToken } from '../chat/personal-tokens.ts';
import { heard } from '../hub/watch.ts';
import { permitCommand, renew, runCommand, type Session } from './commands.ts';
import type { DoorContext, Incoming } from './door.ts';
import { createSocketLink } from './link.ts';
import { createOffences } from './offences.ts';
import { createSendWindow } from './send-window.ts';

/** Takes over an upgraded socket and speaks banter.v1 on it until it closes. */
export function openSocket(context: DoorContext, ws: WebSocket, { socket, peer, entry }: Incoming): void {
  const { chat, hub, clock, watch } = context;
  const scope = { requestId: peer.requestId };
  const isOffender = createOffences();
  let session: Session | null = null;
  let hasGreeted = false;
  let bytesBeforeHello = 0;
  /** What came in between hello and welcome, to be run after it. */
  let early: Decoded[] = [];

  const link = createSocketLink(ws, socket, {
    onClosing() {
      if (session) hub.write(session.connection);
    },
    onClose() {
      watch.remove(watched);
      if (session) hub.close(session.connection);
    },
    onDrain() {
      if (session) hub.drained(session.connection);
      window.look();
    },
  });
  const window = createSendWindow(ws, link);
  const watched = watch.add(link, () => session && ping(context, session));

  // Behind the library's own listener: a hello that is whole by now has been greeted.
  socket.on('data', count);
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (link.isClosed) return;
    heard(watched, clock.now());
    window.look();
    const decoded = isBinary ? NO_TEXT : decodeCommand(data.toString());
    if (!hasGreeted) greet(decoded, (data as Buffer).length);
    else if (!session?.isWelcome) defer(decoded);
    else take(session, decoded);
  });

  /** Before hello nothing is gathered that cannot be one [A1]. */
  function count(chunk: Buffer): void {
    bytesBeforeHello += chunk.length;
    if (hasGreeted || link.isClosed) socket.off('data', count);
    else if (bytesBeforeHello > HELLO_MAX_BYTES + HEADERS_MAX_BYTES) link.close('too_large');
  }

  function take(session: Session, decoded: Decoded): void {
    if (link.isClosed) return;
    if (decoded.ok) {
      runCommand(context, session, decoded.command);
      return;
    }
    hub.send(session.connection, toErrorReply(new ChatError('invalid', decoded.problem), decoded.id));
    if (isOffender(clock.now())) link.close('protocol_error');
  }

  /** A script may say all it has to say without waiting for welcome. */
  function defer(decoded: Decoded): void {
    early.push(decoded);
    ws.pause();
    if (early.length > EARLY_MAX) link.close('no_hello');
  }

  /** Before hello: one small frame, and it must be hello [A1]. */
  function greet(decoded: Decoded, bytes: number): void {
    if (bytes > HELLO_MAX_BYTES) link.close('too_large');
    else if (!decoded.ok || decoded.command.op !== 'hello') link.close('no_hello');
    else {
      hasGreeted = true;
      signIn(decoded.command).catch((error: unknown) => {
        context.onFailure(error, peer.requestId);
        link.close('restarting', RETRY_AFTER_MS);
      });
    }
  }

  /** A token that may not listen is told so: this socket is of no use to it. */
  function mayGreet(caller: Caller, hello: Hello): boolean {
    try {
      permitCommand(caller, hello);
      return true;
    } catch (error) {
      link.write([link.wire(encodeEvent(toErrorReply(error)))]);
      return false;
    }
  }

  async function signIn(hello: Hello): Promise<void> {
    const { token, rooms } = hello;
    const claims = await orNull(chat.sessions.verify(token, scope));
    // Nothing renews a personal token.
    if (!claims) return link.close(isPersonalToken(token) ? 'session_ended' : 'token_expired');
    const caller = await orNull(chat.sessions.admit(claims, scope));
    if (!caller) return link.close('session_ended');
    if (link.isClosed) return;
    if (!mayGreet(caller, hello)) return link.close('session_ended');
    const { id: userId, username } = caller.user;
    const { sessionId, grant } = caller;
    const connection = hub.open(link, { userId, username, sessionId, onlyRoomId: grant.roomId });
    session = {
      caller,
      connection,
      order: null,
      window,
      watched,
      isWelcome: false,
    };
    renew(context, watched, claims);
    entry.signedIn();
    // Looked up again now that it is registered: an end of the session in between finds the socket, or we find the end [A4].
    if ((await orNull(chat.sessions.recheck(caller))) === null) return link.close('session_ended');
    await chat.subscriptions.welcome(caller, connection, rooms);
    session.isWelcome = true;
    const waiting = early;
    early = [];
    for (const decoded of waiting) take(session, decoded);
    if (ws.isPaused) ws.resume();
  }
}

const RETRY_AFTER_MS = 1_000;
/** What the headers of a hello's fragments, and pings among them, may come to. */
const HEADERS_MAX_BYTES = 512;
const NO_TEXT: Decoded = { ok: false, problem: 'send text frames' };
/** Commands that may come before `welcome`. */
const EARLY_MAX = 64;

/** `ping` with the heads that changed since the last one [R3]. */
function ping({ hub, clock }: DoorContext, session: Session): void {
  const heads = hub.takeNewHeads(session.connection);
  hub.send(session.connection, { type: 'ping', t: clock.wall(), ...(heads && { heads }) });
}

/** Null where the answer is that the caller is not known; other failures are thrown on. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'unauthenticated') return null;
    throw error;
  }
}
