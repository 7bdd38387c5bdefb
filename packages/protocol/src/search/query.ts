/** A search query after parsing. */

/**
 * One thing that a matching text contains.
 * - `words`: these whole words, in this order.
 * - `prefix`: these whole words, and then a word that starts with the last one.
 * - `part`: these characters anywhere, in any case.
 * - `exact`: as `words`, with exactly these characters between them.
 * - `exactPrefix`: as `exact`, and the last word may go on.
 * The text is as typed, but without invisible characters. Fold it before it is compared.
 */
export type SearchTerm = { kind: 'words' | 'prefix' | 'part' | 'exact' | 'exactPrefix'; text: string };

/** A parsed query. A message must match all terms and all filters; of several names in one list, any. */
export type SearchQuery = {
  terms: SearchTerm[];
  /** Usernames, as typed. `me` is the caller. */
  from: string[];
  /** Names of rooms, as typed. With a leading `@`, the username of a person: the direct rooms with them. */
  in: string[];
  /** Only messages before this time (ISO 8601 UTC). */
  before?: string;
  /** Only messages at or after this time (ISO 8601 UTC). */
  after?: string;
  has: SearchFeature[];
  mentionsMe: boolean;
  /** How many messages to return before and after each hit. */
  context?: number;
};

/** A feature that a message can have, for `has:`. */
export type SearchFeature = 'link' | 'code';
