/** How commands name people. */
import type { PublicProfile } from '@banter/protocol';
import { type CommandContext, UsageError } from './command.ts';

/** The name in `@name` or `name`. @throws UsageError when there is none. */
export function userName(raw: string, usage: string): string {
  const name = raw.replace(/^@/, '').replace(/[:,]$/, '');
  if (name === '') throw new UsageError(`Who? ${usage}`);
  return name;
}

/** Whoever has that name, in any case. @throws ChatError `not_found`, or UsageError without a name. */
export async function findUser(
  raw: string,
  usage: string,
  { client, room }: CommandContext,
): Promise<PublicProfile> {
  const name = userName(raw, usage);
  const people = room === null ? [] : client.people(room.id);
  const person = people.find(({ username }) => username.toLowerCase() === name.toLowerCase());
  return client.api.user(person?.username ?? name);
}
