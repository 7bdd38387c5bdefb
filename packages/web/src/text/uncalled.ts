/** Tells an author whom a message does not call, by the server's rule [N2]. */
import { MENTIONS_MAX, mentionTokens, namesAtStart, type Room } from '@banter/protocol';

/** Names in the line for the author. */
const NAMES_SHOWN_MAX = 5;

/**
 * Returns why `content` calls fewer people than it names, for its author; null if it calls all. `members`: usernames in the
 * room, in lower case.
 */
export function uncalledText(
  content: string,
  { kind, role }: Pick<Room, 'kind' | 'role'>,
  members: () => ReadonlySet<string>,
): string | null {
  const { names, explicit, room } = mentionTokens(content);
  if (room && kind !== 'direct' && role === 'member') {
    return '@room called nobody: only owners and moderators can call everybody here. Name the people you need.';
  }
  const known = members();
  const missing = missingNames(explicit, known).filter((name) => !callsShorter(name, known));
  if (missing.length > 0) return missingText(missing);
  if (names.length <= MENTIONS_MAX || kind === 'direct') return null;
  const named = names.filter((name) => known.has(name)).length;
  if (named <= MENTIONS_MAX) return null;
  return `You named ${named} people: only the first ${MENTIONS_MAX} were called. Send the other names in another message.`;
}

/** The names with `@` of nobody here. A name may stand there twice, also with the signs after it: one of them suffices. */
function missingNames(explicit: readonly string[], known: ReadonlySet<string>): string[] {
  // No members are known before they are loaded.
  if (known.size === 0) return [];
  const isLonger = (name: string, other: string) =>
    name.startsWith(other) && /^[._-]/.test(name.slice(other.length));
  return explicit.filter(
    (name) =>
      !known.has(name) &&
      !explicit.some((other) => isLonger(name, other) || (known.has(other) && isLonger(other, name))),
  );
}

/** Whether a beginning of the word calls a member: `@ada-san` calls ada. */
function callsShorter(word: string, known: ReadonlySet<string>): boolean {
  return namesAtStart(word).some((name) => known.has(name));
}

function missingText(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((name) => `@${name}`);
  const rest = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `${shown.join(', ')}${rest} called nobody: no such person is in this room.`;
}
