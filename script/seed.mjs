// make seed MESSAGES=1000000: fills a database with people, rooms and a history that reads like chat, for looks and measurements.

import { randomBytes } from 'node:crypto';
import { root, secondsSince } from './command.mjs';
import { countMessages, seedStore } from './seed/store.mjs';

const messages = wholeOf('MESSAGES', 100_000);
const people = wholeOf('PEOPLE', 200);
const rooms = wholeOf('ROOMS', 30);
const seed = wholeOf('SEED', 1);

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
    log: (level, message) => void (level !== 'debug' && tell(message)),
  });
  try {
    await requireNobodys(foundation.url);
    const startedAt = performance.now();
    const password = randomBytes(9).toString('base64url');
    const passwordHash = await new Passwords().hash(password);
    await seedStore(foundation.url, { messages, people, rooms, seed, passwordHash, tell });
    tell(
      `${messages.toLocaleString('en')} messages of ${people} people in ${rooms} rooms, in ${secondsSince(startedAt)}`,
    );
    tell(`sign in as seed1, seed2 … with the password ${password}; seed1 is in every room`);
  } finally {
    await foundation.close();
  }
}

/**
 * What people have said must not be mixed with this.
 * @param {string} url
 */
async function requireNobodys(url) {
  const there = await countMessages(url);
  if (there === 0 || process.env.FORCE === '1') return;
  throw new Error(
    `this database has ${there.toLocaleString('en')} messages already: set DATABASE_URL or DATA_DIR to an empty one, ` +
      'or FORCE=1 to add to what people have said',
  );
}

/**
 * @param {string} name of a setting
 * @param {number} otherwise
 */
function wholeOf(name, otherwise) {
  const value = Number(process.env[name] || otherwise);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`${name} must be a whole number from 1, and is ${process.env[name]}\n`);
  process.exit(1);
}

/** @param {string} line */
function tell(line) {
  process.stdout.write(`${line}\n`);
}
