/** The usernames of the server, kept in memory so that a text without any of them needs no query for mentions. */
import { mentionTokens, namesAtStart } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { UserStore } from '../../store/users.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** The parts that Names works with. */
export type NamesDeps = {
  users: Pick<UserStore, 'listNamesAfter'>;
  clock: Pick<Clock, 'every'>;
  onProblem: OnProblem;
};

/** How often new names are loaded: how soon an account made on another server can be mentioned without an `@`. */
export const NAMES_PERIOD_MS = 5_000;
/** How many names of one message are looked up. A list of everybody is no mention. */
const MENTIONED_MAX = 200;
/** A cheap prefilter for words. It never misses a name that the exact scan would find. */
const WORD = /[\w.-]+/g;
const ROOM = 'room';
const SENTENCE_ENDS = '.-';
const NOT_ASCII = /[^\0-\x7f]/;
/** Signs outside ASCII that `WORD` would miss: a wide @ or letter, and invisible characters within a name. */
const SCAN_ALWAYS = /[＠﹫０-９Ａ-Ｚａ-ｚ]|[\w.-]\p{DI}+[\w.-]/u;

/** The usernames that a text can mention, as this server knows them. */
export class Names implements Background {
  readonly #deps: NamesDeps;
  /** In lower case. */
  readonly #known = new Set<string>();
  #lastId = 0;
  #stop = () => {};

  constructor(deps: NamesDeps) {
    this.#deps = deps;
  }

  /** Reads all names, then new ones in periods. @throws as the store. */
  async start(): Promise<void> {
    await this.#loadNew();
    const { clock, onProblem } = this.#deps;
    this.#stop = periodically(clock, NAMES_PERIOD_MS, () => this.#loadNew(), onProblem);
  }

  /** Ends the loading. */
  stop(): void {
    this.#stop();
  }

  /**
   * Returns the names that a text may mention, in lower case, and `@room`. Every name after an `@` counts, known or not:
   * the account may have been made on another server just now. If the whole word is no name, the longest known name at its
   * beginning counts too. The store finds out which of them are members.
   */
  mentionedIn(content: string): string[] {
    if (!this.#mayMention(content)) return [];
    const { names, explicit, words, room } = mentionTokens(content);
    const begun = words.flatMap((word) => this.#longestKnown(word));
    const mentioned = new Set([
      ...explicit,
      ...begun.filter((name) => name !== ROOM),
      ...names.filter((name) => this.#known.has(name)),
    ]);
    return [...(room || begun.includes(ROOM) ? ['@room'] : []), ...[...mentioned].slice(0, MENTIONED_MAX)];
  }

  /** `room` is in no account's name, but `@room...` calls the room. */
  #longestKnown(word: string): string[] {
    const name = namesAtStart(word).find((start) => start === ROOM || this.#known.has(start));
    return name === undefined ? [] : [name];
  }

  /** Adds the name of a new account, which can be mentioned at once. */
  add(username: string): void {
    this.#known.add(username.toLowerCase());
  }

  /** Removes the name of a deleted account. */
  remove(username: string): void {
    this.#known.delete(username.toLowerCase());
  }

  async #loadNew(): Promise<void> {
    for (const { id, username } of await this.#deps.users.listNamesAfter(this.#lastId)) {
      this.add(username);
      this.#lastId = Math.max(this.#lastId, id);
    }
  }

  #mayMention(content: string): boolean {
    if (content.includes('@')) return true;
    // The slow pattern is not for the many messages in ASCII.
    if (NOT_ASCII.test(content) && SCAN_ALWAYS.test(content)) return true;
    for (const [word] of content.matchAll(WORD)) {
      const name = word.toLowerCase();
      if (this.#known.has(name) || this.#known.has(withoutEnd(name))) return true;
    }
    return false;
  }
}

/** Removes the full stops and hyphens at the end of a word. A pattern would backtrack over every run of them. */
function withoutEnd(word: string): string {
  let end = word.length;
  while (end > 0 && SENTENCE_ENDS.includes(word.charAt(end - 1))) end--;
  return word.slice(0, end);
}
