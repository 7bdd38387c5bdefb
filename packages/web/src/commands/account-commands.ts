/** Commands for the reader's own account. */
import type { AccountSection } from '../page/view.ts';
import { type SlashCommand, UsageError } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./account-acts.ts')).ACCOUNT_ACTS);

/** The group `account` of the help. */
export const ACCOUNT_COMMANDS: readonly SlashCommand[] = [
  { name: 'account', aliases: [], args: '', run: show('profile') },
  { name: 'nick', aliases: [], args: 'name', run: run('nick') },
  { name: 'password', aliases: [], args: '', run: show('password') },
  { name: 'sessions', aliases: [], args: '', run: show('sessions') },
  { name: 'tokens', aliases: [], args: '', run: show('tokens') },
  { name: 'admin', aliases: [], args: '', run: run('admin') },
  { name: 'logout', aliases: [], args: '[all]', run: run('logout') },
  { name: 'quit', aliases: [], args: '', run: run('quit') },
];

/** Arguments are rejected: a password typed here would stay in the history. */
function show(section: AccountSection): SlashCommand['run'] {
  return async (rest, { openDialog }) => {
    if (rest !== '') throw new UsageError();
    openDialog({ name: 'account', section });
  };
}
