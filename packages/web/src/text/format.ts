/** Formats numbers, times and names for the screen. Times are in the reader's time zone. */
import { codeName } from './bidi.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Counts above this are written `1k+`. */
const COUNT_SHOWN_MAX = 999;

/** Width of the nick column in cells. A longer nick is cut. */
export const NICK_CELLS = 12;

/** `13:41` of an ISO time. */
export function clockTime(at: string): string {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** `Friday 20 November 2026` of an ISO time. */
export function dayName(at: string): string {
  const date = new Date(at);
  return `${WEEKDAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/** `15:10`, or `15:10 on Friday 20 November 2026` when `from`, also an ISO time, is on another day. */
export function momentText(at: string, from: string): string {
  return dayKey(at) === dayKey(from) ? clockTime(at) : `${clockTime(at)} on ${dayName(at)}`;
}

/** `2026-11-20` of an ISO time: equal for two times on the same local day. */
export function dayKey(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** `just now`, `12 min ago`, `3 h ago`, `5 days ago`, then the date. `now` is in milliseconds of the server's clock. */
export function agoText(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 90) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days < 14 ? `${days} days ago` : dayName(at);
}

/** `1` to `999`, then `1k+`. */
export function shortCount(count: number): string {
  return count > COUNT_SHOWN_MAX ? '1k+' : String(count);
}

/** `1 mention`, `2 mentions`. */
export function mentionCount(count: number): string {
  return count === 1 ? '1 mention' : `${count} mentions`;
}

/** `1,204`. */
export function longCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Characters that hide or reorder text. Joiners within a word or an emoji, and the selector of an emoji's look, do not. */
const HIDING =
  /(?!(?<=[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}]))(?!\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/** Returns a name in which each character that hides or reorders text is written by its code, as `U+202E`. */
export function visibleName(name: string): string {
  return name.replace(HIDING, codeName);
}

/** A name that fits the nick column: whole, or cut with `+` in the last cell. */
export function cutName(name: string): string {
  const chars = Array.from(name);
  return chars.length > NICK_CELLS ? `${chars.slice(0, NICK_CELLS - 1).join('')}+` : name;
}

/** `a`, `a and b`, `a, b and c`, `a, b and 2 others`. */
export function listNames(names: readonly string[]): string {
  const [first = '', second = '', third = ''] = names;
  if (names.length <= 1) return first;
  if (names.length === 2) return `${first} and ${second}`;
  if (names.length === 3) return `${first}, ${second} and ${third}`;
  return `${first}, ${second} and ${names.length - 2} others`;
}

/** Adds a capital letter and a full stop. */
export function asSentence(text: string): string {
  // A leading search filter such as `from:` keeps the case in which it is typed.
  const sentence = /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
