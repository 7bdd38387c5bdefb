/** Finds the words of a text that may be usernames. Clients highlight by this rule. */

import { compareForm } from '../normal-form.ts';
import { USERNAME_PATTERN } from '../text.ts';
import { standsAlone } from './name-neighbours.ts';

/** How many words of one message are checked. Names after them are not mentions. */
export const MENTION_TOKENS_MAX = 1_000;

/** A word that may be a username. `at`: where the name starts, after the `@` if there is one. */
export type NameToken = {
  at: number;
  /** The possible names, in lower case: as written, and without the signs at the end that may belong to the sentence. */
  names: string[];
  /** The end of each name in the text. It may be longer than the name, by default-ignorable characters. */
  ends: number[];
  /** Written with `@`. */
  isExplicit: boolean;
  /** As written, in lower case. */
  word: string;
};

/**
 * A word that may be a name, with its `@`. Each is in any width, but a name is in one. Default-ignorable characters may be
 * anywhere in it.
 */
const RUN =
  /(?:[@＠﹫]\p{DI}*)?(?:[\w.-](?:\p{DI}*[\w.-])*|[０-９Ａ-Ｚａ-ｚ＿－](?:\p{DI}*[０-９Ａ-Ｚａ-ｚ＿－])*)/gu;
const SIGILS = '@＠﹫';

/** Returns the first `max` words of `text` that may be usernames. `text` comes from a text node of the markup tree. */
export function nameTokens(text: string, max = MENTION_TOKENS_MAX): NameToken[] {
  const tokens: NameToken[] = [];
  RUN.lastIndex = 0;
  for (let run = RUN.exec(text); run !== null && tokens.length < max; run = RUN.exec(text)) {
    const [word] = run;
    const isExplicit = SIGILS.includes(word.charAt(0));
    if (!standsAlone(text, run.index, RUN.lastIndex, isExplicit)) continue;
    const token = tokenOf(word, run.index, isExplicit);
    if (isExplicit || token.names.length > 0) tokens.push(token);
  }
  return tokens;
}

function tokenOf(word: string, start: number, isExplicit: boolean): NameToken {
  const written = compareForm(word).replace('@', '');
  const at = start + (isExplicit ? word.search(/[^@＠﹫\p{DI}]/u) : 0);
  const token: NameToken = { at, names: [], ends: [], isExplicit, word: written };
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

/** Returns where `word` ends without its last `count` visible characters, which are ASCII or wide. */
function endOf(word: string, count: number): number {
  let end = word.length;
  for (let left = count; left > 0; end--) if (/[!-~！-～]/.test(word.charAt(end - 1))) left--;
  return end;
}
