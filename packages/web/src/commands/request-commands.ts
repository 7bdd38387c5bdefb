/** Commands for requests. Their code is loaded with the first of them. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => {
  const { requests, accept, decline, withdraw } = await import('./answer-requests.ts');
  return { requests, accept, decline, withdraw };
});

/** Commands of the group `rooms` of the help. */
export const REQUEST_COMMANDS: readonly SlashCommand[] = [
  { name: 'requests', aliases: [], args: '', run: run('requests') },
  { name: 'accept', aliases: [], args: '[name]', run: run('accept') },
  { name: 'decline', aliases: [], args: '[name]', run: run('decline') },
  { name: 'withdraw', aliases: [], args: '[name]', run: run('withdraw') },
];
