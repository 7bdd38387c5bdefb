/** A search query after parsing. */

/**
 * One thing that a text must hold. `words`: these words, whole and in this order; `prefix`: a word that begins so;
 * `part`: these very signs, anywhere, whatever their case; `exact`: as words, and as the signs stand between them.
 */
export type SearchTerm = { kind: 'words' | 'prefix' | 'part' | 'exact'; text: string };

/** A query, taken apart. Lists of names mean any of them; terms and all else must hold together. */
export type SearchQuery = {
  terms: SearchTerm[];
  /** Usernames, as typed; `me` stands for whoever asks. */
  from: string[];
  /** Names of rooms, as typed; behind an `@`, of a person: the direct rooms with them. */
  in: string[];
  /** Messages before this time only (ISO 8601 UTC). */
  before?: string;
  /** Messages at or after this time only (ISO 8601 UTC). */
  after?: string;
  has: SearchFeature[];
  mentionsMe: boolean;
  /** Messages wanted before and after each hit. */
  context?: number;
};

export type SearchFeature = 'link' | 'code';
