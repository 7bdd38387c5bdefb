/** Whom a message calls. The server decides that, once and for every door; here it is only read. */
import type { Message } from '@banter/protocol';

/** Whether a message of somebody else's calls `userId`, by name or with everybody in the room. */
export function callsUser(message: Message, userId: number | undefined): boolean {
  if (userId === undefined || message.userId === userId) return false;
  return message.mentionsRoom === true || (message.mentions?.includes(userId) ?? false);
}
