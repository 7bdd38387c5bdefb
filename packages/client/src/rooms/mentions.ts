/** Mentions in messages. The server decides whom a message mentions; this module only reads its decision. */
import type { Message } from '@banter/protocol';

/** A message or its edit: the author, and the people it calls. */
type Called = Pick<Message, 'userId' | 'mentions' | 'mentionsRoom'>;

/** Whether a message by somebody else mentions `userId`, by name or with the whole room. */
export function mentionsUser(message: Called, userId: number | undefined): boolean {
  if (userId === undefined || message.userId === userId) return false;
  return message.mentionsRoom === true || (message.mentions?.includes(userId) ?? false);
}
