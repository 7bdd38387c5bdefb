/** Checks of profile fields. One rule cleans display name and `about`, so that neither can distort the line that shows it. */
import { ABOUT_MAX_CHARS, DISPLAY_NAME_MAX_CHARS } from './limits.ts';
import { type CheckedText, checkText } from './text.ts';

/** Cleans and checks a display name: one line of 1 to DISPLAY_NAME_MAX_CHARS characters. */
export function checkDisplayName(raw: string): CheckedText {
  return checkText(cleanLine(raw), {
    field: 'displayName',
    mayBeEmpty: false,
    maxChars: DISPLAY_NAME_MAX_CHARS,
  });
}

/** Cleans and checks an `about`: one line of 1 to ABOUT_MAX_CHARS characters. */
export function checkAbout(raw: string): CheckedText {
  return checkText(cleanLine(raw), { field: 'about', mayBeEmpty: false, maxChars: ABOUT_MAX_CHARS });
}

/** Whether the IANA database has a time zone of this name: `Europe/Berlin`, `UTC`. Offsets such as `+01:00` are rejected. */
export function isTimeZone(name: string): boolean {
  if (!ZONE.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;
/** Control, directional and other invisible characters, unassigned and private ones. LOOSE_JOINER handles joiners. */
const INVISIBLE = /(?!\u200c|\u200d|\p{Cs})[\p{C}\u115f\u1160\u3164\uffa0\u2800]/gu;
/** Joiners are valid between letters of some scripts and between emoji. Anywhere else they are only invisible. */
const LOOSE_JOINER =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;
/** More combining marks on one letter than any script uses. */
const PILE = /(\p{M}{3})\p{M}+/gu;
/** More marks than NFC may get at once, because it sorts them in quadratic time. Some of them become a part of the letter. */
const LONG_PILE = /(\p{M}{16})\p{M}+/gu;

function cleanLine(raw: string): string {
  return raw
    .replace(LONG_PILE, '$1')
    .normalize('NFC')
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(LOOSE_JOINER, '')
    .replace(PILE, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
}
