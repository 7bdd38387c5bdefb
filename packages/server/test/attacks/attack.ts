/** Attacks on a running server: what each tries, and what bounds it. */

import type { Person } from '../harness/people.ts';
import type { TestServer } from '../harness/server.ts';

/** `short` runs in the test suite, in about a second. `full` runs with `make attack`. */
export type Size = 'short' | 'full';

/** An attack. */
export type Attack = {
  /** The name of its row in the table of docs/reliability.md. */
  name: string;
  /** The test's name: a sentence, after the id of the rule that promises the bound. */
  proves: string;
  /** The limit that the attacker meets, for the table. Settings and constants stand in backticks. */
  bound: string;
  /** Attacks the server, and closes whatever it opened. */
  run(target: Target): Promise<Result>;
};

/** The server under attack. It has its default settings. */
export type Target = {
  readonly url: string;
  readonly size: Size;
  /** The server's process and its output. */
  readonly server: TestServer;
  /** The administrator, who attacks nobody. */
  readonly admin: Person;
  /** Returns a username or room name that is free. */
  nextName(prefix: string): string;
};

/** The outcome of an attack. */
export type Result = {
  /** The attacker's gain, for the table: `1,712 of 1,800 refused`. */
  outcome: string;
  /** Expectations that failed, as sentences. */
  broken: string[];
};

/** Returns the sentences whose condition is false. */
export function unless(conditions: Record<string, boolean>): string[] {
  return Object.keys(conditions).filter((sentence) => !conditions[sentence]);
}
