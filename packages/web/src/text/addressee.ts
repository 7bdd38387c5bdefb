/** Whom a message is addressed to. */

/** The name that a message is addressed to (`mira: …` or `mira, …`), if it is one of `known` (lower case). */
export function addresseeOf(content: string, known: ReadonlySet<string>): string | null {
  const name = /^@?([A-Za-z0-9][A-Za-z0-9_.-]*)[:,](?:\s|$)/.exec(content)?.[1];
  return name !== undefined && known.has(name.toLowerCase()) ? name : null;
}
