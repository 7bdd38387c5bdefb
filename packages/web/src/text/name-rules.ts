/** The naming rules in words, for display beside a field. The protocol has the patterns. */

// No-break spaces keep the symbols on one line.
const CHARACTERS = 'letters a-z or A-Z, digits, _\u00a0.\u00a0and\u00a0-';

/** The rule for usernames, as sentences. */
export const USERNAME_RULE = `Use 2 to 32 characters: ${CHARACTERS}. Start and end with a letter or digit.`;
/** The rule for room names, as sentences. */
export const ROOM_NAME_RULE = `Room names have 1 to 32 characters (${CHARACTERS}) and start with a letter or digit.`;
