/** Passwords: which are accepted, and hashing that neither stalls the event loop nor lets a flood pile up. */
import { ChatError, countCodePoints, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from '@banter/protocol';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** argon2id by OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane. Algorithm 2 is argon2id. */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** How many passwords are hashed at once. libuv has four threads, and files and DNS need some of them. */
const CONCURRENCY_MAX = 2;
/** How many may wait; more is a flood. */
const WAITING_MAX = 100;
const RETRY_AFTER_MS = 2_000;
/** The hash of random bytes. Without an account it is verified against, so that the answer takes as long. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$hyuB6YTcZAUNo0oTVKQwJQ$Q9Nj4/Gv3/pflq2v+PjWGHbp1ls6+lDlwyX3o4iKr4Y';

/** Hashes and verifies passwords, a few at a time. */
export class Passwords {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Returns an argon2id hash in PHC form. @throws ChatError overloaded. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => argon2Hash(password, ARGON2));
  }

  /** Whether a password has this hash. A hash of null takes as long and returns false. @throws ChatError overloaded. */
  verify(password: string, hash: string | null): Promise<boolean> {
    return this.#inTurn(() => verifyAny(password, hash ?? NOBODY));
  }

  async #inTurn<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= CONCURRENCY_MAX) await this.#nextPlace();
    else this.#running++;
    try {
      return await job();
    } finally {
      // Hands the place straight to the next job, so that a newcomer cannot take it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #nextPlace(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) {
      throw new ChatError('overloaded', 'too many people sign in right now: try again in a moment', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
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
