/** Finds the usernames in a message. The server counts mentions by this rule, and clients highlight by it. */
import { parseMarkup } from './markup/parse.ts';
import type { MarkupBlock, MarkupInline } from './markup/tree.ts';
import { standsAlone } from './name-neighbours.ts';
import { withoutIgnorables } from './normal-form.ts';
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
  /** The possible names, in lower case: as written, and without the signs at the end that may belong to the sentence. */
  names: string[];
  /** The end of each name in the text. It may be longer than the name, by default-ignorable characters. */
  ends: number[];
  /** Written with `@`. */
  isExplicit: boolean;
};

const ROOM = 'room';
/** A word that may be a name, with its `@` in any width. Default-ignorable characters may be anywhere in it. */
const RUN = /(?:[@＠﹫]\p{DI}*)?[\w.-](?:\p{DI}*[\w.-])*/gu;
const SIGILS = '@＠﹫';

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
    const isExplicit = SIGILS.includes(word.charAt(0));
    if (!standsAlone(text, run.index, RUN.lastIndex, isExplicit)) continue;
    const token = tokenOf(word, run.index, isExplicit);
    if (token.names.length > 0) tokens.push(token);
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

/** Quoted lines repeat what somebody else said, so they call nobody again. */
function textsOf(nodes: readonly (MarkupBlock | MarkupInline)[]): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'text') return node.text;
    return 'children' in node && node.kind !== 'quote' ? textsOf(node.children) : [];
  });
}

function tokenOf(word: string, start: number, isExplicit: boolean): NameToken {
  const token: NameToken = { at: start + word.search(/\w|[.-]/), names: [], ends: [], isExplicit };
  const written = withoutIgnorables(word)
    .toLowerCase()
    .replace(/^[@＠﹫]/u, '');
  for (const trailers of ['', '.-', isExplicit ? '._-' : '.-']) {
    const name = withoutTrailers(written, trailers);
    if (!USERNAME_PATTERN.test(name) || token.names.includes(name)) continue;
    token.names.push(name);
    token.ends.push(start + endOf(word, written.length - name.length));
  }
  return token;
}

/** A loop: a pattern would backtrack over every run of trailers. */
function withoutTrailers(word: string, trailers: string): string {
  let end = word.length;
  while (end > 0 && trailers.includes(word.charAt(end - 1))) end--;
  return word.slice(0, end);
}

/** Returns where `word` ends without its last `count` visible characters, which are ASCII. */
function endOf(word: string, count: number): number {
  let end = word.length;
  for (let left = count; left > 0; end--) if (word.charCodeAt(end - 1) < 0x80) left--;
  return end;
}
