/** The rules for names in the page's words, to stand beside a field; the patterns they describe are the protocol's. */

// The signs stay together on one line.
const CHARACTERS = 'letters a-z or A-Z, digits, _\u00a0.\u00a0and\u00a0-, beginning with a letter or digit';

/** Follows `A username has`. */
export const USERNAME_HINT = `2 to 32 characters: ${CHARACTERS}`;
/** Follows `A room's name has`. */
export const ROOM_NAME_HINT = `1 to 32 characters: ${CHARACTERS}`;
