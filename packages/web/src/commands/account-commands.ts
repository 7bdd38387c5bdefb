/** Commands about one's own account. */
import type { AccountSection } from '../page/view.ts';
import { type CommandContext, type SlashCommand, UsageError } from './command.ts';

export const ACCOUNT_COMMANDS: readonly SlashCommand[] = [
  { name: 'account', aliases: [], takes: '', does: 'profile and email', run: show('profile') },
  { name: 'nick', aliases: [], takes: 'name', does: 'set your display name', run: nick },
  { name: 'password', aliases: [], takes: '', does: 'change your password', run: show('password') },
  { name: 'sessions', aliases: [], takes: '', does: 'where you are signed in', run: show('sessions') },
  { name: 'tokens', aliases: [], takes: '', does: 'tokens for programs', run: show('tokens') },
  { name: 'admin', aliases: [], takes: '', does: 'accounts, invites, audit', run: admin },
  { name: 'logout', aliases: ['quit'], takes: '[all]', does: 'sign out', run: logout },
];

/** Nothing may stand behind the name: a password typed here would stay in the history. */
function show(section: AccountSection): SlashCommand['run'] {
  return async (rest, { openDialog }) => {
    if (rest !== '') throw new UsageError('Nothing follows this command: it opens a panel.');
    openDialog({ name: 'account', section });
  };
}

async function admin(_rest: string, { page, openDialog }: CommandContext): Promise<void> {
  if (page.self.admin !== true) throw new UsageError('This is for the administrators of the server.');
  openDialog({ name: 'admin', section: 'accounts' });
}

async function nick(rest: string, { client, print }: CommandContext): Promise<void> {
  if (rest === '') throw new UsageError('Which name? /nick name');
  const { displayName, username } = await client.api.updateMe({ displayName: rest });
  print(`You are shown as ${displayName ?? username}, beside your username ${username}.`);
}

async function logout(rest: string, { client, signOut }: CommandContext): Promise<void> {
  if (rest !== '' && rest !== 'all') throw new UsageError('Here or everywhere? /logout, or /logout all');
  if (rest === 'all') await client.api.endOtherSessions();
  await signOut();
}
