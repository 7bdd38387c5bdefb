/** `/v1/socket`: one socket for all of a person's rooms, subprotocol banter.v1. */
import {
  ChatError,
  type Command,
  type CommandOf,
  type Decoded,
  decodeCommand,
  HELLO_MAX_BYTES,
  type Hello,
  type Op,
} from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../chat/caller.ts';
import type { SendOrder } from '../chat/messages.ts';
import type { Claims } from '../chat/tokens.ts';
import type { Connection } from '../hub/connection.ts';
import type { DoorContext, Incoming } from './door.ts';
import { toErrorReply } from './error-reply.ts';
import { createSocketLink } from './link.ts';
import { createOffences } from './offences.ts';
import { createSendWindow, type SendWindow } from './send-window.ts';
import { heard, type Watched } from './watch.ts';

/** A socket that has said hello. */
type Session = {
  caller: Caller;
  connection: Connection;
  order: SendOrder;
  window: SendWindow;
  watched: Watched;
  isWelcome: boolean;
  /** The heads that the last ping told. */
  toldHeads: Map<number, number>;
};

/** Takes over an upgraded socket and speaks banter.v1 on it until it closes. */
export function openSocket(context: DoorContext, ws: WebSocket, { socket, peer }: Incoming): void {
  const { chat, hub, clock, watch } = context;
  const scope = { requestId: peer.requestId };
  const isOffender = createOffences();
  let session: Session | null = null;
  let hasGreeted = false;
  /** What came in between hello and welcome, to be run after it. */
  let early: Decoded[] = [];

  const link = createSocketLink(ws, socket, {
    clock,
    onClose() {
      watch.remove(watched);
      if (session) hub.close(session.connection);
    },
    onDrain: () => session && hub.drained(session.connection),
  });
  const watched = watch.add(link, () => session && ping(context, session));

  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (link.isClosed) return;
    heard(watched, clock.now());
    const decoded = isBinary ? NO_TEXT : decodeCommand(data.toString());
    if (!hasGreeted) greet(decoded, (data as Buffer).length);
    else if (!session?.isWelcome) defer(decoded);
    else take(session, decoded);
  });

  function take(session: Session, decoded: Decoded): void {
    if (link.isClosed) return;
    if (decoded.ok) {
      run(context, session, decoded.command);
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

  async function signIn({ token, rooms }: Hello): Promise<void> {
    const claims = await orNull(chat.sessions.verify(token));
    if (!claims) return link.close('token_expired');
    const caller = await orNull(chat.sessions.admit(claims, scope));
    if (!caller) return link.close('session_ended');
    if (link.isClosed) return;
    const { id: userId, username } = caller.user;
    const connection = hub.open(link, { userId, username, sessionId: caller.sessionId });
    const order: SendOrder = new Map();
    session = {
      caller,
      connection,
      order,
      window: createSendWindow(ws),
      watched,
      toldHeads: new Map(),
      isWelcome: false,
    };
    renew(context, watched, claims);
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
const NO_TEXT: Decoded = { ok: false, problem: 'send text frames' };
/** Commands that may come before `welcome`. */
const EARLY_MAX = 64;

type Handler<K extends Op> = (
  context: DoorContext,
  session: Session,
  command: CommandOf<K>,
) => Promise<void> | void;

/** What each command does. One that resolves without an answer of its own has none. */
const COMMANDS: { [K in Op]: Handler<K> } = {
  hello: (_context, _session) => {
    throw new ChatError('invalid', 'hello was said before');
  },
  send({ chat, hub }, { caller, connection, order, window }, { id, roomId, content, replyTo }) {
    const answer = chat.messages.send(caller, { roomId, id, content, replyTo }, order);
    window.hold(content.length, answer);
    return answer.then(({ seq, at, duplicate }) => {
      hub.send(connection, { type: 'ok', id, roomId, seq, at, ...(duplicate ? { duplicate } : {}) });
    });
  },
  async subscribe({ chat, hub }, { caller, connection }, { id, op: _op, ...cursor }) {
    await chat.subscriptions.subscribe(caller, connection, cursor, () =>
      hub.send(connection, { type: 'ok', id, roomId: cursor.roomId }),
    );
  },
  unsubscribe({ hub }, { connection }, { id, roomId }) {
    hub.unsubscribe(connection, roomId);
    hub.send(connection, { type: 'ok', id, roomId });
  },
  async read({ chat }, { caller, connection }, { roomId, seq }) {
    await chat.memberships.markRead(caller, roomId, seq, connection);
  },
  typing({ chat }, { caller, connection }, { roomId }) {
    chat.subscriptions.typing(caller, connection, roomId);
  },
  async auth(context, { caller, connection, watched }, { id, token }) {
    const claims = await context.chat.sessions.verify(token);
    if (claims.sessionId !== caller.sessionId || claims.userId !== caller.user.id) {
      throw new ChatError('forbidden', 'this token belongs to another session: open a new socket');
    }
    await context.chat.sessions.admit(claims, caller.scope);
    renew(context, watched, claims);
    context.hub.send(connection, { type: 'ok', id });
  },
  pong: () => undefined,
};

/** Runs a command; whatever goes wrong is answered, and ends nobody's connection. */
function run(context: DoorContext, session: Session, command: Command): void {
  const id = 'id' in command ? command.id : undefined;
  const refuse = (error: unknown) => {
    if (!(error instanceof ChatError)) context.onFailure(error, session.caller.scope.requestId);
    context.hub.send(session.connection, toErrorReply(error, id));
  };
  try {
    const handler = COMMANDS[command.op] as Handler<Op>;
    handler(context, session, command as never)?.catch(refuse);
  } catch (error) {
    refuse(error);
  }
}

/** `ping` with the heads that changed since the last one [R3]. */
function ping({ hub, clock }: DoorContext, session: Session): void {
  const heads = hub.heads(session.connection);
  const changed = [...heads].filter(([roomId, head]) => session.toldHeads.get(roomId) !== head);
  session.toldHeads = heads;
  hub.send(session.connection, {
    type: 'ping',
    t: clock.wall(),
    ...(changed.length > 0 ? { heads: Object.fromEntries(changed) } : {}),
  });
}

/** The token's end, moved to the clock that never jumps. */
function renew({ clock }: DoorContext, watched: Watched, { expiresAt }: Claims): void {
  watched.isSignedIn = true;
  watched.expiresAt = clock.now() + (expiresAt - clock.wall());
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
