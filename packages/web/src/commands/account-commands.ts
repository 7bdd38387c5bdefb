/** Commands for the reader's own account. */
import type { AccountSection } from '../page/view.ts';
import { type SlashCommand, UsageError } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./account-acts.ts')).ACCOUNT_ACTS);

/** The group `account` of the help. */
export const ACCOUNT_COMMANDS: readonly SlashCommand[] = [
  { name: 'account', aliases: [], args: '', does: 'edit profile and email', run: show('profile') },
  { name: 'nick', aliases: [], args: 'name', does: 'set your display name', run: run('nick') },
  { name: 'password', aliases: [], args: '', does: 'change your password', run: show('password') },
  { name: 'sessions', aliases: [], args: '', does: 'list your sessions', run: show('sessions') },
  { name: 'tokens', aliases: [], args: '', does: 'manage access tokens', run: show('tokens') },
  { name: 'admin', aliases: [], args: '', does: 'manage the server', run: run('admin') },
  { name: 'logout', aliases: [], args: '[all]', does: 'sign out', run: run('logout') },
  { name: 'quit', aliases: [], args: '', does: 'sign out', run: run('quit') },
];

/** Arguments are rejected: a password typed here would stay in the history. */
function show(section: AccountSection): SlashCommand['run'] {
  return async (rest, { openDialog }) => {
    if (rest !== '') throw new UsageError();
    openDialog({ name: 'account', section });
  };
}
