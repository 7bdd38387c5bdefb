/** Reactions: exactly one emoji (UTS #51), and its normal form. */

/** The rule for a reaction, after "must". */
export const EMOJI_RULE = 'be one emoji';

/** Whether `value` is exactly one emoji, of any number of code points, with or without variation selectors. */
export function isEmoji(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > EMOJI_MAX_UNITS || !value.isWellFormed()) return false;
  return EMOJI_PATTERN.test(value.replace(SELECTORS, ''));
}

/**
 * Returns the fully-qualified form of an emoji (UTS #51, ED-18), in which reactions are stored and compared. The look that a
 * keyboard chose, as text or as picture, does not count; skin tones do.
 */
export function emojiForm(emoji: string): string {
  return emoji.replace(SELECTORS, '').replace(SHOWN_AS_TEXT, '$&\ufe0f');
}

/** In UTF-16 units. The longest emoji (a family, a flag of a region) has fewer. */
const EMOJI_MAX_UNITS = 40;
/** Selectors of the look of the character before them: text, picture. */
const SELECTORS = /\ufe0e|\ufe0f/g;
/** A character that is shown as text unless a selector follows. A skin tone selects the picture by itself. */
const SHOWN_AS_TEXT = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
const EMOJI_UNIT = '\\p{Extended_Pictographic}\\p{Emoji_Modifier}?';
/**
 * The flag of a region: a black flag, invisible tag letters, and an end tag. After any other emoji tag letters would be hidden
 * text.
 */
const REGION_FLAG = '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}';
const EMOJI_PATTERN = new RegExp(
  `^(?:[0-9#*]\\u20E3|\\p{RI}\\p{RI}|${REGION_FLAG}|${EMOJI_UNIT}(?:\\u200D${EMOJI_UNIT})*)$`,
  'u',
);
