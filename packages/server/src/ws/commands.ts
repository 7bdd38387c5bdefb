/** The commands of banter.v1: what a socket that has said hello may ask for. */
import { ChatError, type Command, type CommandOf, type Ok, type Op, type TokenScope } from '@banter/protocol';
import type { Caller } from '../chat/caller.ts';
import type { ChangeResult, SendOrder } from '../chat/messages/messages.ts';
import { requirePermission } from '../chat/permissions.ts';
import { isFault, toErrorReply } from '../doors/error-reply.ts';
import { signedIn, type Watched } from '../doors/watch.ts';
import type { Connection } from '../hub/connection.ts';
import type { DoorContext } from './door.ts';
import type { SendWindow } from './send-window.ts';

/** A socket that has said hello. */
export type GreetedSocket = {
  caller: Caller;
  connection: Connection;
  /** Null until it sends. */
  order: SendOrder | null;
  window: SendWindow;
  watched: Watched;
};

/** @throws ChatError forbidden, not_found: the caller's token is not good for this. */
export function permitCommand(caller: Caller, command: Command): void {
  const scope = SCOPES[command.op];
  const inGrant = command.op === 'hello' ? caller.permissions.roomId : null;
  const roomId = 'roomId' in command ? command.roomId : inGrant;
  if (scope) requirePermission(caller, scope, roomId);
}

/** Runs a command; whatever goes wrong is answered, and ends nobody's connection. */
export function runCommand(context: DoorContext, session: GreetedSocket, command: Command): void {
  const id = 'id' in command ? command.id : undefined;
  const refuse = (error: unknown) => {
    if (isFault(error)) context.onFailure(error, session.caller.scope.requestId);
    context.hub.send(session.connection, toErrorReply(error, id));
  };
  try {
    if (command.op !== 'pong') context.chat.lastUse.record(session.caller.sessionId);
    if (!UNCOUNTED.has(command.op)) context.chat.limits.take('act', session.caller.user.id);
    permitCommand(session.caller, command);
    if (!IDLE.has(command.op)) context.chat.presence.markActive(session.caller);
    const answer = (COMMANDS[command.op] as Handler<Op>)(context, session, command as never);
    if (!answer) return;
    session.window.hold('content' in command ? command.content.length : 0, answer);
    answer.catch(refuse);
  } catch (error) {
    refuse(error);
  }
}

/**
 * What a token must be good for [T2]; null where that was settled at hello, which is about all rooms that the token reaches.
 */
const SCOPES: { [K in Op]: TokenScope | null } = {
  hello: 'read',
  send: 'write',
  edit: 'write',
  delete: 'write',
  react: 'write',
  subscribe: 'read',
  unsubscribe: 'read',
  read: 'write',
  typing: 'write',
  away: 'write',
  auth: null,
  pong: null,
};

/** Those that have a bucket of their own, or ask for nothing. */
const UNCOUNTED: ReadonlySet<Op> = new Set(['send', 'typing', 'pong']);

/** Those that a client says by itself: they are no sign of its person. */
const IDLE: ReadonlySet<Op> = new Set(['hello', 'subscribe', 'unsubscribe', 'auth', 'pong']);

type Handler<K extends Op> = (
  context: DoorContext,
  session: GreetedSocket,
  command: CommandOf<K>,
) => Promise<void> | void;

/** What each command does. One that resolves without an answer of its own has none. */
const COMMANDS: { [K in Op]: Handler<K> } = {
  hello: (_context, _session) => {
    throw new ChatError('invalid', 'hello was said before');
  },
  send({ chat, hub }, session, { id, roomId, content, replyTo, kind }) {
    const { caller, connection } = session;
    session.order ??= new Map();
    return chat.messages
      .send(caller, { roomId, id, content, replyTo, kind }, session.order)
      .then(({ seq, at, duplicate }) => {
        hub.send(connection, { type: 'ok', id, roomId, seq, at, ...(duplicate ? { duplicate } : {}) });
      });
  },
  async edit({ chat, hub }, { caller, connection }, { id, roomId, seq, content }) {
    hub.send(connection, changed(id, roomId, await chat.messages.edit(caller, roomId, seq, content)));
  },
  async delete({ chat, hub }, { caller, connection }, { id, roomId, seq }) {
    hub.send(connection, changed(id, roomId, await chat.messages.remove(caller, roomId, seq)));
  },
  async react({ chat, hub }, { caller, connection }, { id, roomId, seq, emoji, on }) {
    hub.send(connection, changed(id, roomId, await chat.messages.react(caller, roomId, seq, { emoji, on })));
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
    chat.typing.notifyOver(caller, connection, roomId);
  },
  away({ chat, hub }, { caller, connection }, { id, on, message }) {
    chat.presence.setAway(caller.user.id, on ? { message } : null);
    hub.send(connection, { type: 'ok', id });
  },
  async auth(context, { caller, connection, watched }, { id, token }) {
    // Whoever is signed in guesses on their own account.
    const by = { address: `user ${caller.user.id}`, scope: caller.scope };
    const claims = await context.chat.sessions.verify(token, by);
    if (claims.sessionId !== caller.sessionId || claims.userId !== caller.user.id) {
      throw new ChatError('forbidden', 'this token belongs to another session: open a new socket');
    }
    await context.chat.sessions.callerOf(claims, caller.scope);
    signedIn(watched, context.clock, claims.expiresAt);
    context.hub.send(connection, { type: 'ok', id });
  },
  pong: () => undefined,
};

/** The answer to an act: with the place of its event, or without one where there was nothing to do. */
function changed(id: string, roomId: number, done: ChangeResult): Ok {
  return done.changed
    ? { type: 'ok', id, roomId, seq: done.event.seq, at: done.event.at }
    : { type: 'ok', id, roomId };
}
