/** The names of all people of the server, kept so that a text without any of them costs the store nothing. */
import { mentionTokens } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { UserStore } from '../../store/users.ts';
import { periodically } from '../periodic.ts';

export type Names = {
  /**
   * The names in a text that may call somebody, lower-case, and `@room`: those of people, and whatever stands behind an
   * `@`, for whoever came to another node just now. Which of them are members is found when the message is stored.
   */
  calledIn(content: string): string[];
  /** To be told of a new account: it can be called at once. */
  add(username: string): void;
  /** To be told when an account is deleted: its name calls nobody any more. */
  remove(username: string): void;
  stop(): void;
};

export type NamesDeps = {
  users: Pick<UserStore, 'listNamesAfter'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** How soon accounts that another node made can be called without an `@`. */
export const NAMES_PERIOD_MS = 5_000;
/** Names of one message that are looked up: a list of everybody is no call. */
const CALLED_NAMES_MAX = 200;
/** The words of a text, as coarsely as is cheap: what is no name here is none for the exact look either. */
const WORD = /[\w.-]+/g;
const SENTENCE_ENDS = '.-';

/** Reads the names there are, and goes on looking for new ones. @throws as Users. */
export async function createNames({ users, clock, onProblem }: NamesDeps): Promise<Names> {
  const known = new Set<string>();
  let lastId = 0;

  async function look(): Promise<void> {
    for (const { id, username } of await users.listNamesAfter(lastId)) {
      known.add(username.toLowerCase());
      lastId = Math.max(lastId, id);
    }
  }

  await look();
  const stop = periodically(clock, NAMES_PERIOD_MS, look, onProblem);

  function mayCall(content: string): boolean {
    if (content.includes('@')) return true;
    for (const [word] of content.matchAll(WORD)) {
      const name = word.toLowerCase();
      if (known.has(name) || known.has(withoutEnd(name))) return true;
    }
    return false;
  }

  return {
    calledIn(content) {
      if (!mayCall(content)) return [];
      const { names, explicit, room } = mentionTokens(content);
      const called = new Set([...explicit, ...names.filter((name) => known.has(name))]);
      return [...(room ? ['@room'] : []), ...[...called].slice(0, CALLED_NAMES_MAX)];
    },
    add: (username) => void known.add(username.toLowerCase()),
    remove: (username) => void known.delete(username.toLowerCase()),
    stop,
  };
}

/** A word without the full stops and hyphens that may end its sentence. By hand: a pattern would go back over every run of them. */
function withoutEnd(word: string): string {
  let end = word.length;
  while (end > 0 && SENTENCE_ENDS.includes(word.charAt(end - 1))) end--;
  return word.slice(0, end);
}
