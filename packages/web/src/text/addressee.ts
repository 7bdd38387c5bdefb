/** The name that a message is addressed to. */

/** The name in front of `mira: …` or `mira, …`, as typed. Null unless `known` (lower-case usernames) has it. */
export function addresseeOf(content: string, known: ReadonlySet<string>): string | null {
  const name = /^@?([A-Za-z0-9][A-Za-z0-9_.-]*)[:,](?:\s|$)/.exec(content)?.[1];
  return name !== undefined && known.has(name.toLowerCase()) ? name : null;
}
