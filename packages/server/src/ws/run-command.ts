/** Runs the commands of a greeted socket. */
import type { Command, Op } from '@banter/protocol';
import type { Caller } from '../chat/caller.ts';
import { requirePermission } from '../chat/permissions.ts';
import { replyError } from '../doors/error-reply.ts';
import { COMMANDS, type CommandRow } from './commands.ts';
import type { GreetedSocket, SocketContext } from './types.ts';

/** Runs a command. Every failure is answered, and none closes the socket. */
export function runCommand(context: SocketContext, socket: GreetedSocket, command: Command): void {
  // A pong is only a sign that the peer is alive. Its arrival has been recorded.
  if (command.op === 'pong') return;
  const { chat } = context;
  const { caller, connection, window } = socket;
  const id = 'id' in command ? command.id : undefined;
  const { requestId } = caller.scope;
  const reject = (error: unknown) => replyError(context, connection, error, { requestId, id });
  try {
    const row = rowOf(command.op);
    chat.lastUse.record(caller.sessionId);
    if (row.counted) chat.limits.take('act', caller.user.id);
    requireScope(caller, command);
    if (row.signOfLife) chat.presence.markActive(caller);
    const answer = row.run(context, socket, command);
    if (!answer) return;
    window.track('content' in command ? command.content.length : 0, answer);
    answer.catch(reject);
  } catch (error) {
    reject(error);
  }
}

/** Checks that the caller's token allows a command [T2]. @throws ChatError forbidden, not_found. */
export function requireScope(caller: Caller, command: Command): void {
  const { scope } = rowOf(command.op);
  // A hello is about all rooms that the token reaches.
  const tokenRoomId = command.op === 'hello' ? caller.permissions.roomId : null;
  const roomId = 'roomId' in command ? command.roomId : tokenRoomId;
  if (scope) requirePermission(caller, scope, roomId);
}

/** Returns a row as one that accepts any command: `runCommand` passes it the command of its own op. */
function rowOf(op: Op): Omit<CommandRow<Op>, 'run'> & {
  run(context: SocketContext, socket: GreetedSocket, command: Command): Promise<void> | void;
} {
  return COMMANDS[op] as ReturnType<typeof rowOf>;
}
