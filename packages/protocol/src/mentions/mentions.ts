/** Finds the usernames in a message. The server counts mentions by this rule. */
import { parseMarkup } from '../markup/parse.ts';
import type { MarkupBlock, MarkupInline } from '../markup/tree.ts';
import { USERNAME_PATTERN } from '../text.ts';
import { MENTION_TOKENS_MAX, type NameToken, nameTokens } from './name-tokens.ts';

/** The names in a message. */
export type MentionTokens = {
  /** Every word that may be a username, with or without `@`, in lower case, each once. */
  names: string[];
  /** The names that were written with `@`. */
  explicit: string[];
  /** The words that were written with `@`, in lower case. Each may be longer than its name: `ada-san`. See namesAtStart. */
  words: string[];
  /** Whether the message has `@room`. Neither list contains it. */
  room: boolean;
};

const ROOM = 'room';
/** The beginning of a word that can have a name and the sign after it. */
const NAME_AND_SIGN_CHARS = 33;

/** Returns the possible usernames in `content`, outside of code and addresses. Accepts any text, in linear time. */
export function mentionTokens(content: string): MentionTokens {
  const names = new Set<string>();
  const explicit = new Set<string>();
  const words: string[] = [];
  let room = false;
  for (const token of tokensOf(content)) {
    const isRoom = token.isExplicit && token.names.includes(ROOM);
    room ||= isRoom;
    if (token.isExplicit && !isRoom) words.push(token.word);
    for (const name of isRoom ? [] : token.names) {
      names.add(name);
      if (token.isExplicit) explicit.add(name);
    }
  }
  return { names: [...names], explicit: [...explicit], words, room };
}

/** Returns the names that `word` may begin with: itself, and what is before each `-`, `.` and `_`. The longest is first. */
export function namesAtStart(word: string): string[] {
  const names = new Set([word]);
  for (let end = Math.min(word.length, NAME_AND_SIGN_CHARS) - 1; end > 1; end--) {
    if ('._-'.includes(word.charAt(end))) names.add(word.slice(0, end));
  }
  return [...names].filter((name) => USERNAME_PATTERN.test(name));
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
