/** Who is named in a message. A name counts as a whole token: `_` and `-` are letters of a nick. */

/** Whether `content` names `username`, in any case, with or without `@`. */
export function namesUser(content: string, username: string): boolean {
  return findName(content, username, 0) !== -1;
}

/** Where `username` next stands as a whole token in `content` from `from` on; -1 for nowhere. */
export function findName(content: string, username: string, from: number): number {
  const text = content.toLowerCase();
  const name = username.toLowerCase();
  if (name === '') return -1;
  for (let at = text.indexOf(name, from); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isNickPart(text[at - 1]) && !continuesNick(text.slice(at + name.length, at + name.length + 2))) {
      return at;
    }
  }
  return -1;
}

/** The name that a message is addressed to (`mira: …` or `mira, …`), if it is one of `known` (lower case). */
export function addresseeOf(content: string, known: ReadonlySet<string>): string | null {
  const name = /^@?([A-Za-z0-9][A-Za-z0-9_.-]*)[:,](?:\s|$)/.exec(content)?.[1];
  return name !== undefined && known.has(name.toLowerCase()) ? name : null;
}

function isNickPart(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_.-]/u.test(char);
}

/** A dot goes on with a nick only when a letter follows it: `ask juno.` names juno, `juno.k` is somebody else. */
function continuesNick(next: string): boolean {
  const [first, second] = next;
  return first === '.' ? isNickPart(second) : isNickPart(first);
}
