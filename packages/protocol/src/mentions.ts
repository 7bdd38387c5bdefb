/** Finds the usernames in a message. The server counts mentions by this rule, and clients highlight by it. */
import { type CharClass, classAt, classBefore } from './markup/char-class.ts';
import { parseMarkup } from './markup/parse.ts';
import type { MarkupBlock, MarkupInline } from './markup/tree.ts';
import { USERNAME_PATTERN } from './text.ts';

/** How many words of one message are checked. Names after them are not mentions. */
export const MENTION_TOKENS_MAX = 1_000;

/** The names in a message. */
export type MentionTokens = {
  /** Every word that may be a username, with or without `@`, in lower case, each once. */
  names: string[];
  /** The names that were written with `@`. */
  explicit: string[];
  /** Whether the message has `@room`. Neither list contains it. */
  room: boolean;
};

/** A word that may be a username. `at`: where the name starts, after the `@` if there is one. */
export type NameToken = {
  at: number;
  /** The possible names, in lower case: as written, and without full stops and hyphens at the end. */
  names: string[];
  /** Written with `@`. */
  isExplicit: boolean;
};

const ROOM = 'room';
const RUN = /@?[\w.-]+/g;
/** Characters at the end that may belong to the sentence instead of the name. */
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
/** Other characters that may be next to a name. Any other joins it to a path, an address, a variable or a sum. */
const MARKS_BESIDE = '<>*_~|`^';
/** A colon ends a name only if one of these follows: `ada: hi`, not `ada:8080`. */
const AFTER_COLON: ReadonlySet<CharClass> = new Set(['space', 'open', 'close', 'quote']);

/** Returns the possible usernames in `content`, outside of code and addresses. Accepts any text, in linear time. */
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

/** Returns the first `max` words of `text` that may be usernames. `text` comes from a text node of the markup tree. */
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
  return before !== ':' && (BEFORE_NAME.has(classBefore(text, at)) || MARKS_BESIDE.includes(before));
}

function mayEnd(text: string, at: number): boolean {
  const after = text.charAt(at);
  if (after === ':') return AFTER_COLON.has(classAt(text, at + 1));
  const afterClass = classAt(text, at);
  return afterClass !== 'word' && (afterClass !== 'other' || MARKS_BESIDE.includes(after));
}
