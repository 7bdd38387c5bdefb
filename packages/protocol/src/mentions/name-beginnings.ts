/** Finds the name that a person is typing, for completion. It starts where `nameTokens` lets the whole name start. */
import { charAt, indexBefore, indexFrom } from '../markup/char-class.ts';
import { mayStart } from './name-neighbours.ts';

/** The beginning of a name at the end of a text. */
export type NameBeginning = {
  /** Its index in the text, including its `@` if there is one. */
  start: number;
  /** The characters after the `@`. */
  begin: string;
  /** Written with `@`. */
  isExplicit: boolean;
};

const SIGILS = /^[@＠﹫]$/;
/** The characters of usernames, in any width. */
const USERNAME_PART = /^[\w.０-９Ａ-Ｚａ-ｚ＿－-]$/;
/** The characters of usernames and of words of display names, which also have apostrophes and other letters. */
const NAME_PART = /^[\p{L}\p{M}\p{N}_.'’·－-]$/u;
/** No name begins with these: they quote it, join it to another word, or are marks of italic text. */
const SIGNS = /^['’·_]$/;

/**
 * Returns the names that may begin at the end of `text`, likeliest first. There can be two, because some scripts put no
 * space before a username: the whole run of letters, or the username alone. An `@` alone begins every name.
 */
export function nameBeginnings(text: string): NameBeginning[] {
  const start = startOf(text, NAME_PART);
  const sigil = indexBefore(text, start);
  const isCalled = SIGILS.test(charAt(text, sigil)) && mayStart(text, sigil, true);
  const called = isCalled ? [{ start: sigil, begin: text.slice(start), isExplicit: true }] : [];
  const starts = new Set([start, startOf(text, USERNAME_PART)].map((at) => withoutSigns(text, at)));
  const bare = [...starts].filter((at) => at < text.length && mayStart(text, at, false));
  return [...called, ...bare.map((at) => ({ start: at, begin: text.slice(at), isExplicit: false }))];
}

/** Returns where the run of such characters at the end of `text` starts. */
function startOf(text: string, part: RegExp): number {
  let start = text.length;
  for (let at = indexBefore(text, start); part.test(charAt(text, at)); at = indexBefore(text, at)) start = at;
  return start;
}

function withoutSigns(text: string, from: number): number {
  let at = from;
  while (SIGNS.test(charAt(text, at))) at = indexFrom(text, at + 1);
  return at;
}
