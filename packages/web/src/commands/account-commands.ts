/** Commands for the reader's own account. */
import type { AccountSection } from '../page/view.ts';
import { type CommandContext, CommandError, type SlashCommand, UsageError } from './command.ts';

/** The group `account` of the help. */
export const ACCOUNT_COMMANDS: readonly SlashCommand[] = [
  { name: 'account', aliases: [], args: '', does: 'edit profile and email', run: show('profile') },
  { name: 'nick', aliases: [], args: 'name', does: 'set your display name', run: nick },
  { name: 'password', aliases: [], args: '', does: 'change your password', run: show('password') },
  { name: 'sessions', aliases: [], args: '', does: 'list your sessions', run: show('sessions') },
  { name: 'tokens', aliases: [], args: '', does: 'manage access tokens', run: show('tokens') },
  { name: 'admin', aliases: [], args: '', does: 'manage the server', run: admin },
  { name: 'logout', aliases: [], args: '[all]', does: 'sign out', run: logout },
  { name: 'quit', aliases: [], args: '', does: 'sign out', run: quit },
];

/** Arguments are rejected: a password typed here would stay in the history. */
function show(section: AccountSection): SlashCommand['run'] {
  return async (rest, { openDialog }) => {
    if (rest !== '') throw new UsageError();
    openDialog({ name: 'account', section });
  };
}

async function admin(_rest: string, { page, openDialog }: CommandContext): Promise<void> {
  if (page.self.admin !== true) throw new CommandError('Administrators only.');
  openDialog({ name: 'admin', section: 'accounts' });
}

async function nick(rest: string, { client, print }: CommandContext): Promise<void> {
  if (rest === '') throw new UsageError();
  const { displayName, username } = await client.api.updateMe({ displayName: rest });
  print(`Display name set to ${displayName ?? username} (username ${username}).`);
}

/** Signs out. On other chats a reason may follow, such as `now` or `good night`. Here nobody is told. */
async function quit(_rest: string, { signOut }: CommandContext): Promise<void> {
  await signOut();
}

async function logout(rest: string, { client, signOut }: CommandContext): Promise<void> {
  if (rest !== '' && rest !== 'all') throw new UsageError();
  if (rest === 'all') await client.api.endOtherSessions();
  await signOut();
}
