/** What counts as valid text, names and ids: the same test on every door and in every client. */
import { CONTENT_MAX_CHARS } from './limits.ts';

export const USERNAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{1,31}$/;
export const USERNAME_RULE =
  '2 to 32 characters: letters A-Z, digits, _ . and -, beginning with a letter or digit';
export const ROOM_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
export const ROOM_NAME_RULE =
  '1 to 32 characters: letters A-Z, digits, _ . and -, beginning with a letter or digit';
/** A command's id: chosen by the client; on a send also its idempotency key. */
export const COMMAND_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;
export const COMMAND_ID_RULE = '8 to 64 characters of A-Z a-z 0-9 _ and -';

export const EMOJI_RULE = 'be one emoji';

/** Whether `value` is one emoji, of however many code points: what a reaction is (Unicode TS 51). */
export function isEmoji(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > EMOJI_MAX_UNITS || !value.isWellFormed()) return false;
  return EMOJI_PATTERN.test(value);
}

/** The longest emoji (a family, a flag of a region) has fewer. */
const EMOJI_MAX_UNITS = 40;
const EMOJI_UNIT = '\\p{Extended_Pictographic}\\uFE0F?\\p{Emoji_Modifier}?';
/** The flag of a region: a black flag, and letters that nobody sees, up to their end. Behind others they would be hidden text. */
const REGION_FLAG = '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}';
const EMOJI_PATTERN = new RegExp(
  `^(?:[0-9#*]\\uFE0F?\\u20E3|\\p{RI}\\p{RI}|${REGION_FLAG}|${EMOJI_UNIT}(?:\\u200D${EMOJI_UNIT})*)$`,
  'u',
);

/** Either the text as it will be stored, or what is wrong with it. */
export type CheckedText = { ok: true; text: string } | { ok: false; problem: string };

/**
 * Normalises line ends (CRLF and CR become LF) and checks a message's content by [S5].
 * Characters are Unicode code points.
 */
export function checkContent(raw: string): CheckedText {
  return checkText(raw, { mayBeEmpty: false, maxChars: CONTENT_MAX_CHARS, field: 'content' });
}

/** A field's bounds, and its name for the problem. */
export type TextRule = { field: string; mayBeEmpty: boolean; maxChars: number };

/** As checkContent, for any field. */
export function checkText(raw: string, { field, mayBeEmpty, maxChars }: TextRule): CheckedText {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (text.includes('\u0000')) return refuse(`${field} must not hold the character U+0000`);
  if (!text.isWellFormed())
    return refuse(`${field} must be valid Unicode: it holds half of a surrogate pair`);
  if (text === '' && !mayBeEmpty) return refuse(`${field} must not be empty`);
  if (text.length > maxChars && countCodePoints(text) > maxChars) {
    return refuse(`${field} must have at most ${maxChars} characters`);
  }
  return { ok: true, text };
}

/** How many Unicode code points `text` has: what a person would call characters, near enough. */
export function countCodePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    // A half without its other half counts by itself.
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) pairs++;
  }
  return text.length - pairs;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function refuse(problem: string): CheckedText {
  return { ok: false, problem };
}
