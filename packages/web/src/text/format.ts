/** How numbers, times and names are written on the screen. Times are the reader's local ones. */

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

/** From here on a count is written `1k+`. */
const COUNT_SHOWN_MAX = 999;

/** Width of the nick column in cells; a longer nick is cut there. */
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

/** `15:10`, or `15:10 on Friday 20 November 2026` where `from`, an ISO time as well, is of another day. */
export function momentText(at: string, from: string): string {
  return dayKey(at) === dayKey(from) ? clockTime(at) : `${clockTime(at)} on ${dayName(at)}`;
}

/** `2026-11-20`: equal for two times of one local day. */
export function dayKey(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** `now`, `12 min ago`, `3 h ago`, `5 days ago`, then the day. `now` in milliseconds of the wall clock. */
export function agoText(at: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return 'now';
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

/** A name with every character that could hide or reorder text written as `U+XXXX`. */
export function visibleName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** The name as it stands in the nick column: whole, or cut with a `+` in the last cell. */
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

/** A problem in words as a sentence: with a capital and a full stop. */
export function asSentence(text: string): string {
  // What begins with a word of a language, as `from:`, keeps it as it is typed.
  const sentence = /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
