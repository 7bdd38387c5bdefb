/** Passwords: which are accepted, and hashing that neither stalls the event loop nor lets a flood pile up. */
import { countCodePoints, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from '@banter/protocol';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { FairQueue } from '../../fair-queue/fair-queue.ts';
import {
  type FairQueueCounts,
  type FairQueueLimits,
  type Spender,
  withoutCaps,
} from '../../fair-queue/limits.ts';
import type { Scope } from '../caller.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** argon2id by OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane. Algorithm 2 is argon2id. */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/**
 * How many passwords are hashed at once, and how many may wait; more is a flood [G9]. libuv has four threads, and files and DNS
 * need some of them.
 */
export const PASSWORD_LIMITS: FairQueueLimits = {
  running: 2,
  runningOfNetwork: 2,
  runningOfPerson: 1,
  waiting: 100,
  waitingOfNetwork: 50,
  waitingOfPerson: 5,
};
/** The payer of hashes that no caller asks for. */
const NO_CALLER: Spender = { network: '', person: null };
/** The hash of random bytes. Without an account it is verified against, so that the answer takes as long. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$hyuB6YTcZAUNo0oTVKQwJQ$Q9Nj4/Gv3/pflq2v+PjWGHbp1ls6+lDlwyX3o4iKr4Y';

/** Hashes and verifies passwords, a few at a time, in fair turns. */
export class Passwords {
  readonly #queue: FairQueue;

  /** @param isCapped false lifts the caps on callers, for measuring on loopback only. */
  constructor(isCapped = true) {
    const limits = isCapped ? PASSWORD_LIMITS : withoutCaps(PASSWORD_LIMITS);
    this.#queue = new FairQueue({ limits, subject: 'password checks' });
  }

  /** Returns an argon2id hash in PHC form. @throws ChatError rate_limited, overloaded. */
  hash(password: string, spender = NO_CALLER): Promise<string> {
    return this.#queue.run(spender, () => argon2Hash(password, ARGON2));
  }

  /**
   * Whether a password has this hash. A hash of null takes as long and returns false.
   * @throws ChatError rate_limited, overloaded.
   */
  verify(password: string, hash: string | null, spender = NO_CALLER): Promise<boolean> {
    return this.#queue.run(spender, () => verifyAny(password, hash ?? NOBODY));
  }

  /** Counts the hashes that run, wait, and were refused since the start. */
  counts(): FairQueueCounts {
    return this.#queue.counts();
  }
}

/**
 * Returns the payer of a check before a sign-in. Each name that is tried from a network has a line of its own there, so that
 * people of one office do not fill each other's.
 */
export function lineOf(login: string, { spender }: Scope): Spender | undefined {
  return spender && { network: spender.network, person: `login ${login.toLowerCase()}` };
}

/** Whether a hash was made with older settings and should be replaced at the next sign-in. */
export function isOutdated(hash: string): boolean {
  return !hash.startsWith(
    `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`,
  );
}

/** Returns what is wrong with a new password, or null. Length counts, not the kinds of characters (NIST SP 800-63B). */
export function checkPassword(password: string, username: string): string | null {
  const length = countCodePoints(password);
  if (length < PASSWORD_MIN_CHARS) return `a password has at least ${PASSWORD_MIN_CHARS} characters`;
  if (length > PASSWORD_MAX_CHARS) return `a password has at most ${PASSWORD_MAX_CHARS} characters`;
  const folded = password.toLowerCase();
  if (folded === username.toLowerCase()) return 'the password must differ from the username';
  if (COMMON_PASSWORDS.has(folded) || new Set(folded).size === 1)
    return 'this password is too common: choose another one';
  return null;
}

async function verifyAny(password: string, hash: string): Promise<boolean> {
  if (hash.startsWith('$argon2')) return argon2Verify(hash, password);
  if (/^\$2[aby]\$/.test(hash)) return bcryptVerify(password, hash);
  return false;
}
