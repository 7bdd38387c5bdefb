/** Who is named in a message, as the server counts it. */
import { mentionTokens } from '@banter/protocol';

/** Whether `content` names `username`, in any case, with or without `@`; in code nobody is named. */
export function namesUser(content: string, username: string): boolean {
  const name = username.toLowerCase();
  // Asked for every row of every drawing: most rows do not hold the name at all.
  return content.toLowerCase().includes(name) && mentionTokens(content).names.includes(name);
}

/** The name that a message is addressed to (`mira: …` or `mira, …`), if it is one of `known` (lower case). */
export function addresseeOf(content: string, known: ReadonlySet<string>): string | null {
  const name = /^@?([A-Za-z0-9][A-Za-z0-9_.-]*)[:,](?:\s|$)/.exec(content)?.[1];
  return name !== undefined && known.has(name.toLowerCase()) ? name : null;
}
