/** How the store keeps the accounts that a text mentions. */
import type { Message } from '@banter/protocol';

/** The id for `@room` among the mentioned ids. No account has it. */
const WHOLE_ROOM = 0;

/** Turns a column of mentioned ids (null for none) into the protocol's fields. A field without content is absent. */
export function mentionFields(
  mentions: readonly number[] | null,
): Pick<Message, 'mentions' | 'mentionsRoom'> {
  const people = mentions?.filter((id) => id !== WHOLE_ROOM) ?? [];
  return {
    ...(people.length > 0 ? { mentions: people } : {}),
    ...(mentions?.includes(WHOLE_ROOM) ? { mentionsRoom: true as const } : {}),
  };
}
