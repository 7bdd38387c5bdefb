/** Commands about what one says. */
import { editLast, lastOwn } from '../page/message-actions.ts';
import { type CommandContext, openRoomOf, type SlashCommand, UsageError } from './command.ts';

const NOTHING_SAID = 'You have said nothing here that could be changed.';

export const MESSAGE_COMMANDS: readonly SlashCommand[] = [
  { name: 'me', aliases: [], takes: 'text', does: 'say what you do', run: me },
  { name: 'edit', aliases: [], takes: '', does: 'edit your last message', run: edit },
  { name: 'delete', aliases: [], takes: '', does: 'delete your last message', run: deleteLast },
  { name: 'clear', aliases: [], takes: '', does: 'hide lines only you see', run: clear },
];

async function me(rest: string, { sendAction }: CommandContext): Promise<void> {
  if (rest === '') throw new UsageError('What do you do? /me waves');
  sendAction(rest);
}

async function edit(_rest: string, context: CommandContext): Promise<void> {
  openRoomOf(context);
  if (!editLast(context.page)) throw new UsageError(NOTHING_SAID);
}

async function deleteLast(_rest: string, context: CommandContext): Promise<void> {
  openRoomOf(context);
  const message = lastOwn(context.page);
  if (message === null) throw new UsageError(NOTHING_SAID);
  await context.client.api.deleteMessage(message.roomId, message.seq);
}

async function clear(_rest: string, context: CommandContext): Promise<void> {
  context.page.view.clearLocalLines(context.room?.id ?? 0);
}
