/** The rules for text, names and ids. Every door and every client checks by the same ones. */
import { CONTENT_MAX_CHARS } from './limits.ts';

/** A username that an account may have. Old accounts may have names that NEW_USERNAME_PATTERN rejects. */
export const USERNAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{1,31}$/;
/** The form of a new username. It ends so that a sign after it belongs to the sentence. */
export const NEW_USERNAME_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9])$/;
/** NEW_USERNAME_PATTERN in words. */
export const USERNAME_RULE =
  '2 to 32 characters: letters A-Z, digits, _ . and -, beginning and ending with a letter or digit';
/** A valid room name. */
export const ROOM_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
/** ROOM_NAME_PATTERN in words. */
export const ROOM_NAME_RULE =
  '1 to 32 characters: letters A-Z, digits, _ . and -, beginning with a letter or digit';
/** A valid command id. The client chooses it; for a send it is also the idempotency key. */
export const COMMAND_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;
/** COMMAND_ID_PATTERN in words. */
export const COMMAND_ID_RULE = '8 to 64 characters of A-Z a-z 0-9 _ and -';

/**
 * A character that people can see. The others are spaces, controls, default-ignorable characters, the anchors of annotations,
 * and two signs whose picture is empty: the Braille blank and the null notehead.
 */
const VISIBLE = /[^\s\p{Cc}\p{DI}\u2800\ufff9-\ufffb\u{1d159}]/u;

/** The text as it will be stored, or the problem with it. */
export type CheckedText = { ok: true; text: string } | { ok: false; problem: string };

/**
 * Normalises line ends (CRLF and CR become LF) and checks the content of a message [S5]: something to see in it, and at
 * most CONTENT_MAX_CHARS code points. The frame that carries it has its own bound, FRAME_MAX_BYTES.
 */
export function checkContent(raw: string): CheckedText {
  const checked = checkText(raw, { mayBeEmpty: false, maxChars: CONTENT_MAX_CHARS, field: 'content' });
  return checked.ok && !isVisible(raw) ? reject('content must have a visible character') : checked;
}

/** Whether a text has a character that people can see. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** The bounds of a text field, in code points, and its name for problems. */
export type TextRule = { field: string; mayBeEmpty: boolean; maxChars: number };

/** Normalises line ends and checks the text of any field. */
export function checkText(raw: string, { field, mayBeEmpty, maxChars }: TextRule): CheckedText {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (text.includes('\u0000')) return reject(`${field} must not contain the character U+0000`);
  if (!text.isWellFormed())
    return reject(`${field} must be valid Unicode: it contains half of a surrogate pair`);
  if (text === '' && !mayBeEmpty) return reject(`${field} must not be empty`);
  if (text.length > maxChars && countCodePoints(text) > maxChars) {
    return reject(`${field} must have at most ${maxChars} characters`);
  }
  return { ok: true, text };
}

/** Returns how many Unicode code points `text` has. */
export function countCodePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    // An unpaired surrogate counts as one.
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

function reject(problem: string): CheckedText {
  return { ok: false, problem };
}
