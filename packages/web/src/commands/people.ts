/** People as arguments of commands. */
import type { PublicProfile } from '@banter/protocol';
import { type CommandContext, UsageError } from './command.ts';

/** The username in `@name`, `name:` or `name`. @throws UsageError when it is missing. */
export function userName(raw: string): string {
  const name = raw.replace(/^@/, '').replace(/[:,]$/, '');
  if (name === '') throw new UsageError();
  return name;
}

/** The account with that username, in any case. @throws UsageError without a name, ChatError `not_found`. */
export async function findUser(raw: string, { client, room }: CommandContext): Promise<PublicProfile> {
  const name = userName(raw);
  const people = room === null ? [] : client.people(room.id);
  const person = people.find(({ username }) => username.toLowerCase() === name.toLowerCase());
  return client.api.user(person?.username ?? name);
}
