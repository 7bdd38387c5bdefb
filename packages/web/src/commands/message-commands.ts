/** Commands for the reader's own messages. */
import { editLast, lastOwn } from '../page/message-actions.ts';
import { type CommandContext, CommandError, requireRoom, type SlashCommand, UsageError } from './command.ts';

/** The group `messages` of the help. */
export const MESSAGE_COMMANDS: readonly SlashCommand[] = [
  { name: 'me', aliases: [], args: 'text', run: me },
  { name: 'edit', aliases: [], args: '', run: edit },
  { name: 'delete', aliases: [], args: '', run: deleteLast },
  { name: 'clear', aliases: [], args: '', run: clear },
];

async function me(rest: string, { sendAction }: CommandContext): Promise<void> {
  if (rest === '') throw new UsageError();
  sendAction(rest);
}

async function edit(_rest: string, context: CommandContext): Promise<void> {
  const { id } = requireRoom(context);
  if (id !== context.page.view.roomId.peek()) throw new CommandError('You opened another room meanwhile.');
  if (!editLast(context.page)) throw new CommandError('You have no message here to edit.');
}

async function deleteLast(_rest: string, context: CommandContext): Promise<void> {
  const { id } = requireRoom(context);
  const message = lastOwn(context.page, id);
  if (message === null) throw new CommandError('You have no message here to delete.');
  await context.client.api.deleteMessage(message.roomId, message.seq);
}

async function clear(_rest: string, context: CommandContext): Promise<void> {
  context.page.view.clearLocalLines(context.room?.id ?? 0);
}
