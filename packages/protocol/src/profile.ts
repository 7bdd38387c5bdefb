/** What a person says of themselves: cleaned by one rule, so that nothing in it bends the line that it stands in. */
import { ABOUT_MAX_CHARS, DISPLAY_NAME_MAX_CHARS } from './limits.ts';
import { type CheckedText, checkText } from './text.ts';

/** A display name: one clean line of 1 to 64 characters. It is shown beside the username, never in its place. */
export function checkDisplayName(raw: string): CheckedText {
  return checkText(cleanLine(raw), {
    field: 'displayName',
    mayBeEmpty: false,
    maxChars: DISPLAY_NAME_MAX_CHARS,
  });
}

/** The line about oneself: one clean line of 1 to 200 characters. */
export function checkAbout(raw: string): CheckedText {
  return checkText(cleanLine(raw), { field: 'about', mayBeEmpty: false, maxChars: ABOUT_MAX_CHARS });
}

/** Whether there is such a time zone in the IANA database: `Europe/Berlin`, `UTC`. An offset is none. */
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
/** Controls, marks of direction and other invisible ones, unassigned and private signs. Joiners are looked at apart. */
const INVISIBLE = /(?!\u200c|\u200d|\p{Cs})[\p{C}\u115f\u1160\u3164\uffa0\u2800]/gu;
/** Joiners belong between letters of some scripts, and between emoji; anywhere else they only hide. */
const LOOSE_JOINER =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;
/** Marks piled higher than any script does. */
const PILE = /(\p{M}{3})\p{M}+/gu;

function cleanLine(raw: string): string {
  return raw
    .normalize('NFC')
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(LOOSE_JOINER, '')
    .replace(PILE, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
}
