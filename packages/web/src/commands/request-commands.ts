/** Commands for requests. Their code is loaded with the first of them. */
import type { CommandContext, SlashCommand } from './command.ts';

/** Commands of the group `rooms` of the help. */
export const REQUEST_COMMANDS: readonly SlashCommand[] = [
  { name: 'requests', aliases: [], args: '', does: 'list who asks you in', run: lazily('requests') },
  { name: 'accept', aliases: [], args: '[name]', does: 'accept a request', run: lazily('accept') },
  { name: 'decline', aliases: [], args: '[name]', does: 'decline a request', run: lazily('decline') },
];

function lazily(name: 'requests' | 'accept' | 'decline'): SlashCommand['run'] {
  return async (rest: string, context: CommandContext) =>
    (await import('./answer-requests.ts'))[name](rest, context);
}
