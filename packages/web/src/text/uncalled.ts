/** Tells an author whom a message does not call, by the server's rule [N2]. */
import { MENTIONS_MAX, mentionTokens, type Room } from '@banter/protocol';

/**
 * Returns why `content` calls fewer people than it names, for its author; null if it calls all. `members`: usernames in the
 * room, in lower case.
 */
export function uncalledText(
  content: string,
  { kind, role }: Pick<Room, 'kind' | 'role'>,
  members: () => ReadonlySet<string>,
): string | null {
  const { names, room } = mentionTokens(content);
  if (room && kind !== 'direct' && role === 'member') {
    return '@room called nobody: only owners and moderators can call everybody here. Name the people you need.';
  }
  if (names.length <= MENTIONS_MAX || kind === 'direct') return null;
  const known = members();
  const named = names.filter((name) => known.has(name)).length;
  if (named <= MENTIONS_MAX) return null;
  return `You named ${named} people: only the first ${MENTIONS_MAX} were called. Send the other names in another message.`;
}
