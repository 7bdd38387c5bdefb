/** Passwords: what is accepted, and hashing that neither stalls the event loop nor lets a flood pile up. */
import { ChatError, countCodePoints, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from '@banter/protocol';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { COMMON_PASSWORDS } from './common-passwords.ts';

export type Passwords = {
  /** An argon2id hash in PHC form. @throws ChatError overloaded. */
  hash(password: string): Promise<string>;
  /** Whether `password` belongs to `hash`; a hash of null costs the same time and says no. @throws ChatError overloaded. */
  verify(password: string, hash: string | null): Promise<boolean>;
};

/** argon2id by OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane. Algorithm 2 is argon2id. */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hashes under way at once: libuv has four threads, and files and DNS want some of them. */
const CONCURRENCY_MAX = 2;
/** Hashes that may wait; more is a flood. */
const WAITING_MAX = 100;
const RETRY_AFTER_MS = 2_000;
/** Verified against when there is no account, so that the answer takes as long: a hash of random bytes nobody knows. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$hyuB6YTcZAUNo0oTVKQwJQ$Q9Nj4/Gv3/pflq2v+PjWGHbp1ls6+lDlwyX3o4iKr4Y';

export function createPasswords(): Passwords {
  const inTurn = createQueue();
  return {
    hash: (password) => inTurn(() => argon2Hash(password, ARGON2)),
    verify: (password, hash) => inTurn(() => verifyAny(password, hash ?? NOBODY)),
  };
}

/** Whether a hash is of an older kind and should be replaced at the next sign-in. */
export function isOutdated(hash: string): boolean {
  return !hash.startsWith(
    `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`,
  );
}

/** What is wrong with a new password, or null. No rules on its composition: length counts (NIST SP 800-63B). */
export function checkPassword(password: string, username: string): string | null {
  const length = countCodePoints(password);
  if (length < PASSWORD_MIN_CHARS) return `a password has at least ${PASSWORD_MIN_CHARS} characters`;
  if (length > PASSWORD_MAX_CHARS) return `a password has at most ${PASSWORD_MAX_CHARS} characters`;
  const folded = password.toLowerCase();
  if (folded === username.toLowerCase()) return 'a password must not be the username';
  if (COMMON_PASSWORDS.has(folded) || new Set(folded).size === 1)
    return 'this password is among the first that are guessed';
  return null;
}

async function verifyAny(password: string, hash: string): Promise<boolean> {
  if (hash.startsWith('$argon2')) return argon2Verify(hash, password);
  if (/^\$2[aby]\$/.test(hash)) return bcryptVerify(password, hash);
  return false;
}

/** Runs CONCURRENCY_MAX jobs at once and lets WAITING_MAX wait. */
function createQueue(): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= CONCURRENCY_MAX) {
      if (waiting.length >= WAITING_MAX) {
        throw new ChatError('overloaded', 'too many people sign in at once', {
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await job();
    } finally {
      // The place goes straight to the next one, so nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
