/** Decides by its neighbours whether a word can be a name, or is a part of a longer word, a path or an address. */
import {
  type CharClass,
  charAt,
  classAt,
  classBefore,
  classOf,
  indexBefore,
  indexFrom,
} from '../markup/char-class.ts';

/** The classes of characters that may be before a name without `@`. */
const BEFORE_BARE: ReadonlySet<CharClass> = new Set([
  'space',
  'open',
  'close',
  'quote',
  'dash',
  'gapless',
  'stop',
]);
/** Other characters that may be next to a bare name. Any other joins it to a path, an address, a variable or a sum. */
const MARKS_BESIDE: ReadonlySet<string> = new Set('<>*_~|`^');
/** A colon ends a bare name only if one of these follows: `ada: hi`, not `ada:8080`. */
const AFTER_COLON: ReadonlySet<CharClass> = new Set(['space', 'open', 'close', 'quote']);
/** Signs that people type as an apostrophe. Unicode has no property for them: these are MidLetter of UAX #29 and lookalikes. */
const APOSTROPHES: ReadonlySet<string> = new Set("'’‘‛ʼʻ＇`´′׳՚");
/** The possessive of a name. No other word with an apostrophe calls: not `we’re`, not `d’accord`. */
const POSSESSIVE = /\p{DI}*.\p{DI}*[sS](?![\p{L}\p{N}\p{M}_\p{DI}])/uy;
/** A letter or mark that makes a name another word: @andré is not @andr. A digit of another script or width ends it. */
const CONTINUES_NAME = /[A-Za-z0-9]|(?=[\p{L}\p{M}])[\p{Script=Latin}\p{Script=Inherited}]/u;
/** Other scripts join particles to the `@`, which no mailbox ends with: `ל@ada`. */
const MAILBOX_END = /^[A-Za-z0-9]$/;
/** Joins two parts of a word, if letters go on after it: `col·lecció`, `Student*innen`, `(re)build`. MidLetter of UAX #29. */
const JOINT = /^[*\p{Ps}\p{Pe}\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55]$/u;
/** A prime makes a name another variable, even at the end of a word. */
const PRIMES: ReadonlySet<string> = new Set('′″‴');
const SIGILS: ReadonlySet<string> = new Set('@＠﹫');
const SLASHES: ReadonlySet<string> = new Set('/\\');
/** A character of a name in a path. */
const PATH_CHAR = /[\p{L}\p{N}\p{M}_.-]/u;
/** Before a slash or a name that a slash follows: the beginning of a path. */
const PATH_SIGNS: ReadonlySet<string> = new Set('/\\~:$%');

/** Whether the word from `start` to `end` can be a name. `start` is before its `@` if it `isExplicit`. */
export function standsAlone(text: string, start: number, end: number, isExplicit: boolean): boolean {
  return mayStart(text, start, isExplicit) && (isExplicit ? mayEndExplicit : mayEndBare)(text, end);
}

/** Whether a name can start at `start`, by the characters before it. `start` is before its `@` if it `isExplicit`. */
export function mayStart(text: string, start: number, isExplicit: boolean): boolean {
  return (isExplicit ? mayPrecedeSigil : mayPrecedeBare)(text, start);
}

/** An `@` after an ASCII letter or digit is in an email address. After a path it is a part of that path. */
function mayPrecedeSigil(text: string, start: number): boolean {
  const at = indexBefore(text, start);
  return SLASHES.has(charAt(text, at)) ? !isPathBefore(text, at) : !MAILBOX_END.test(charAt(text, at));
}

/** Whether the slash at `slash` continues a path: `a.example/`, `./`, `/home/`. Not `@ada/` or `and/`. */
function isPathBefore(text: string, slash: number): boolean {
  let from = slash;
  let at = indexBefore(text, slash);
  while (PATH_CHAR.test(charAt(text, at))) {
    from = at;
    at = indexBefore(text, at);
  }
  const sign = charAt(text, at);
  return PATH_SIGNS.has(sign) || (!SIGILS.has(sign) && text.slice(from, slash).includes('.'));
}

/** `@ada@a.example` is an address. Everything else that cannot be in a name ends it. */
function mayEndExplicit(text: string, end: number): boolean {
  const at = indexFrom(text, end);
  const after = charAt(text, at);
  if (SIGILS.has(after)) return !/\w/.test(charAt(text, indexFrom(text, at + 1)));
  return classOf(after) === 'gapless' || !CONTINUES_NAME.test(after);
}

function mayPrecedeBare(text: string, start: number): boolean {
  const at = indexBefore(text, start);
  const before = charAt(text, at);
  if (before === ':') return false;
  if (APOSTROPHES.has(before) || JOINT.test(before)) return classBefore(text, at) !== 'word';
  return BEFORE_BARE.has(classOf(before)) || MARKS_BESIDE.has(before);
}

function mayEndBare(text: string, end: number): boolean {
  const at = indexFrom(text, end);
  const after = charAt(text, at);
  if (after === ':') return AFTER_COLON.has(classAt(text, at + 1));
  if (PRIMES.has(after)) return isPossessive(text, end);
  const isJoined =
    (APOSTROPHES.has(after) || JOINT.test(after)) && classAt(text, at + after.length) === 'word';
  if (isJoined) return APOSTROPHES.has(after) && isPossessive(text, end);
  if (APOSTROPHES.has(after)) return true;
  const afterClass = classOf(after);
  return afterClass !== 'word' && (afterClass !== 'other' || MARKS_BESIDE.has(after));
}

function isPossessive(text: string, at: number): boolean {
  POSSESSIVE.lastIndex = at;
  return POSSESSIVE.test(text);
}
