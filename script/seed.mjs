// make seed MESSAGES=1000000: fills a database with people, rooms and chat, for trying out the page and for measurements.

import { randomBytes } from 'node:crypto';
import { root, secondsSince } from './command.mjs';
import { countMessages, seedStore } from './seed/store.mjs';

const messages = wholeNumber('MESSAGES', 100_000);
const people = wholeNumber('PEOPLE', 200);
const rooms = wholeNumber('ROOMS', 30);
const seed = wholeNumber('SEED', 1);

await main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});

async function main() {
  const dist = `${root}packages/server/dist`;
  /** @type {typeof import('../packages/server/src/store/foundation/foundation.ts')} */
  const { startFoundation } = await import(`${dist}/store/foundation/foundation.js`);
  /** @type {typeof import('../packages/server/src/chat/sign-in/passwords.ts')} */
  const { Passwords } = await import(`${dist}/chat/sign-in/passwords.js`);
  const foundation = await startFoundation({
    dataDir: process.env.DATA_DIR || './data',
    databaseUrl: process.env.DATABASE_URL || null,
    log: (level, message) => void (level !== 'debug' && print(message)),
  });
  try {
    await requireNoMessages(foundation.url);
    const startedAt = performance.now();
    const password = randomBytes(9).toString('base64url');
    const passwordHash = await new Passwords().hash(password);
    await seedStore(foundation.url, { messages, people, rooms, seed, passwordHash, print });
    print(
      `Wrote ${messages.toLocaleString('en')} messages by ${people} people in ${rooms} rooms in ${secondsSince(startedAt)}.`,
    );
    print(`Sign in as seed1, seed2 … with the password ${password} (seed1 is in every room).`);
  } finally {
    await foundation.close();
  }
}

/**
 * Throws if the database holds messages, so that seeded ones do not mix with those of people.
 * @param {string} url
 */
async function requireNoMessages(url) {
  const count = await countMessages(url);
  if (count === 0 || process.env.FORCE === '1') return;
  throw new Error(
    `This database has ${count.toLocaleString('en')} messages already. Set DATABASE_URL or DATA_DIR to an empty one, ` +
      'or set FORCE=1 to add to them.',
  );
}

/**
 * Reads a setting. Prints an error and exits if it is invalid.
 * @param {string} name
 * @param {number} fallback
 * @returns {number} a whole number from 1
 */
function wholeNumber(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`${name} must be a whole number from 1, not ${process.env[name]}.\n`);
  process.exit(1);
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}
