/** The commands of banter.v1: one row for each. */
import { ChatError, type CommandOf, type Ok, type Op, type TokenScope } from '@banter/protocol';
import type { Caller } from '../chat/caller.ts';
import type { ChangeResult } from '../chat/messages/messages.ts';
import { setExpiry } from '../doors/watch.ts';
import type { GreetedSocket, SocketContext } from './types.ts';

/** The checks that a command needs, and its effect. */
export type CommandRow<K extends Op> = {
  /** The scope that the token must have [T2]; null if hello has checked it. */
  scope: TokenScope | null;
  /** Whether it takes a token from the caller's `act` bucket. False for commands with a bucket of their own. */
  counted: boolean;
  /** Whether it shows that the person is active. False for commands that a client sends by itself. */
  signOfLife: boolean;
  /** Runs the command, and answers it. @throws ChatError, or rejects with one, which becomes the answer. */
  run(context: SocketContext, socket: GreetedSocket, command: CommandOf<K>): Promise<void> | void;
};

/** All commands. A missing op does not compile. */
export const COMMANDS: { readonly [K in Op]: CommandRow<K> } = {
  hello: {
    scope: 'read',
    counted: true,
    signOfLife: false,
    run() {
      throw new ChatError('invalid', 'this socket has sent hello already');
    },
  },
  send: {
    scope: 'write',
    counted: false,
    signOfLife: true,
    run({ chat, hub }, socket, { id, roomId, content, replyTo, kind }) {
      const { caller, connection } = socket;
      socket.order ??= new Map();
      return chat.messages
        .send(caller, { roomId, id, content, replyTo, kind }, socket.order)
        .then(({ stored: { seq, at, duplicate } }) => {
          hub.send(
            connection,
            duplicate ? { type: 'ok', id, roomId, seq, at, duplicate } : { type: 'ok', id, roomId, seq, at },
          );
        });
    },
  },
  edit: act(({ messages }, caller, { roomId, seq, content }) => messages.edit(caller, roomId, seq, content)),
  delete: act(({ messages }, caller, { roomId, seq }) => messages.remove(caller, roomId, seq)),
  react: act(({ messages }, caller, { roomId, seq, emoji, on }) =>
    messages.react(caller, roomId, seq, { emoji, on }),
  ),
  subscribe: {
    scope: 'read',
    counted: true,
    signOfLife: false,
    async run({ chat, hub }, { caller, connection }, { id, op: _op, ...cursor }) {
      const onGranted = () => hub.send(connection, { type: 'ok', id, roomId: cursor.roomId });
      await chat.subscriptions.subscribe(caller, connection, cursor, onGranted);
    },
  },
  unsubscribe: {
    scope: 'read',
    counted: true,
    signOfLife: false,
    run({ hub }, { connection }, { id, roomId }) {
      hub.unsubscribe(connection, roomId);
      hub.send(connection, { type: 'ok', id, roomId });
    },
  },
  read: {
    scope: 'write',
    counted: true,
    signOfLife: true,
    async run({ chat }, { caller, connection }, { roomId, seq }) {
      await chat.memberships.markRead(caller, roomId, seq, connection);
    },
  },
  typing: {
    scope: 'write',
    counted: false,
    signOfLife: true,
    run({ chat }, { caller, connection }, { roomId }) {
      chat.typing.notifyOver(caller, connection, roomId);
    },
  },
  away: {
    scope: 'write',
    counted: true,
    signOfLife: true,
    run({ chat, hub }, { caller, connection }, { id, on, message }) {
      chat.presence.setAway(caller.user.id, on ? { message } : null);
      hub.send(connection, { type: 'ok', id });
    },
  },
  auth: {
    scope: null,
    counted: true,
    signOfLife: false,
    async run({ chat, hub, clock }, { caller, connection, watched }, { id, token }) {
      // Failed guesses count against the caller's account: its address may be shared.
      const by = { address: `user ${caller.user.id}`, scope: caller.scope };
      const claims = await chat.sessions.verify(token, by);
      if (claims.sessionId !== caller.sessionId || claims.userId !== caller.user.id) {
        throw new ChatError('forbidden', 'this token belongs to another session: open a new socket');
      }
      await chat.sessions.callerOf(claims, caller.scope);
      setExpiry(watched, clock, claims.expiresAt);
      hub.send(connection, { type: 'ok', id });
    },
  },
  pong: {
    scope: null,
    counted: false,
    signOfLife: false,
    run() {},
  },
};

/** The row of a command that changes a room by an event. `change` calls the method of chat. */
function act<C extends { id: string; roomId: number }>(
  change: (chat: SocketContext['chat'], caller: Caller, command: C) => Promise<ChangeResult>,
) {
  return {
    scope: 'write',
    counted: true,
    signOfLife: true,
    async run({ chat, hub }: SocketContext, { caller, connection }: GreetedSocket, command: C) {
      hub.send(connection, toOk(command.id, command.roomId, await change(chat, caller, command)));
    },
  } as const;
}

/** Returns the answer to a change: with its event's seq and time, or without them if nothing changed. */
function toOk(id: string, roomId: number, result: ChangeResult): Ok {
  return result.changed
    ? { type: 'ok', id, roomId, seq: result.event.seq, at: result.event.at }
    : { type: 'ok', id, roomId };
}
