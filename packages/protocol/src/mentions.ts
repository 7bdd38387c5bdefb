/** Who is named in a message: the one rule for the server, which counts, and for clients, which highlight. */
import { type CharClass, classAt, classBefore } from './markup/char-class.ts';
import { parseMarkup } from './markup/parse.ts';
import type { MarkupBlock, MarkupInline } from './markup/tree.ts';
import { USERNAME_PATTERN } from './text.ts';

/** Words of one message that are looked at; who is named behind them is not mentioned. */
export const MENTION_TOKENS_MAX = 1_000;

export type MentionTokens = {
  /** Every word that may be a username, with `@` or without, in lower case, each once. */
  names: string[];
  /** Those of them that were written with `@`. */
  explicit: string[];
  /** Whether `@room` was said; it stands in neither list. */
  room: boolean;
};

/** A word that may be a username. `at` is where the name begins, behind its `@` if it is explicit. */
export type NameToken = {
  at: number;
  /** What it may be, in lower case: as written, and without the full stop or hyphen that ends the sentence. */
  names: string[];
  isExplicit: boolean;
};

const ROOM = 'room';
const RUN = /@?[\w.-]+/g;
/** What ends a sentence rather than a name. */
const TRAILERS = ['.', '-'];
const BEFORE_NAME: ReadonlySet<CharClass> = new Set([
  'space',
  'open',
  'close',
  'quote',
  'dash',
  'gapless',
  'stop',
]);
/** Other signs that a name may follow or precede. All the rest joins it to a path, an address, a variable or a sum. */
const SIGNS_BESIDE = '<>*_~|`^';
/** Behind a colon a name ends only when the text goes on as prose does: `ada: hi`, not `ada:8080`. */
const AFTER_COLON: ReadonlySet<CharClass> = new Set(['space', 'open', 'close', 'quote']);

/** Who may be named in `content`, outside of code and addresses. Takes any text; linear in its length. */
export function mentionTokens(content: string): MentionTokens {
  const names = new Set<string>();
  const explicit = new Set<string>();
  let room = false;
  for (const token of tokensOf(content)) {
    const isRoom = token.isExplicit && token.names.includes(ROOM);
    room ||= isRoom;
    for (const name of isRoom ? [] : token.names) {
      names.add(name);
      if (token.isExplicit) explicit.add(name);
    }
  }
  return { names: [...names], explicit: [...explicit], room };
}

/** The first `max` words of `text` that may be usernames; `text` is one of the tree's, without marks, code or addresses. */
export function nameTokens(text: string, max = MENTION_TOKENS_MAX): NameToken[] {
  const tokens: NameToken[] = [];
  RUN.lastIndex = 0;
  for (let run = RUN.exec(text); run !== null && tokens.length < max; run = RUN.exec(text)) {
    const [word] = run;
    if (!mayFollow(text, run.index) || !mayEnd(text, RUN.lastIndex)) continue;
    const isExplicit = word.startsWith('@');
    const names = namesIn(isExplicit ? word.slice(1) : word);
    if (names.length > 0) tokens.push({ at: run.index + (isExplicit ? 1 : 0), names, isExplicit });
  }
  return tokens;
}

function tokensOf(content: string): NameToken[] {
  const tokens: NameToken[] = [];
  for (const text of textsOf(parseMarkup(content))) {
    for (const token of nameTokens(text, MENTION_TOKENS_MAX - tokens.length)) tokens.push(token);
  }
  return tokens;
}

function textsOf(nodes: readonly (MarkupBlock | MarkupInline)[]): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'text') return node.text;
    return 'children' in node ? textsOf(node.children) : [];
  });
}

function namesIn(word: string): string[] {
  const written = word.toLowerCase();
  let end = written.length;
  while (TRAILERS.includes(written.charAt(end - 1))) end--;
  const names = end < written.length ? [written, written.slice(0, end)] : [written];
  return names.filter((name) => USERNAME_PATTERN.test(name));
}

function mayFollow(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  return before !== ':' && (BEFORE_NAME.has(classBefore(text, at)) || SIGNS_BESIDE.includes(before));
}

function mayEnd(text: string, at: number): boolean {
  const after = text.charAt(at);
  if (after === ':') return AFTER_COLON.has(classAt(text, at + 1));
  const afterClass = classAt(text, at);
  return afterClass !== 'word' && (afterClass !== 'other' || SIGNS_BESIDE.includes(after));
}
