/** The code of the commands for the reader's own account. */
import { type CommandContext, CommandError, UsageError } from './command.ts';
import type { Run } from './later.ts';

/** The code of each command, by its name in the table. */
export const ACCOUNT_ACTS = { nick, admin, logout, quit } satisfies Record<string, Run>;

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
