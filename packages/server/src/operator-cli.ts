/** `node operator-cli.js COMMAND`: the operator's commands on the machine itself, whether the server runs or not. */
import { readFileSync } from 'node:fs';
import { RESET_MAX_MS } from './chat/people/administration.ts';
import { createSecret, hashSecret } from './chat/secrets.ts';
import { systemClock } from './clock.ts';
import { createAdministrationStore } from './store/administration.ts';
import { createAuditStore } from './store/audit.ts';
import { type Database, openDatabase } from './store/database/database.ts';
import { findOrStartDatabase } from './store/foundation/find-or-start.ts';
import { createUserStore } from './store/users.ts';

const AUDIT_USAGE =
  'make audit-verify, or make audit-verify HEAD=1234:9f86d081… with the HEAD of an earlier run';
const RESET_USAGE = 'make reset-password USERNAME=ada';
const RELEASE_USAGE = 'make release-username USERNAME=ada';
const ANCHOR = /^(?<id>[1-9]\d{0,15}):(?<hash>[0-9a-f]{64})$/;
/** Longer than for requests: nobody else waits for an operator's statements. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** Runs a command and returns the exit code. */
type Command = (database: Database, args: readonly string[]) => Promise<number>;
type Arguments = (args: readonly string[]) => boolean;

const COMMANDS: Record<string, { usage: string; takes: Arguments; run: Command }> = {
  'audit-verify': {
    usage: AUDIT_USAGE,
    takes: ([anchor, ...rest]) => (anchor === undefined || ANCHOR.test(anchor)) && rest.length === 0,
    run: verifyAudit,
  },
  'reset-password': {
    usage: RESET_USAGE,
    takes: ([username, ...rest]) => username !== undefined && username !== '' && rest.length === 0,
    run: resetPassword,
  },
  'release-username': {
    usage: RELEASE_USAGE,
    takes: ([username, ...rest]) => username !== undefined && username !== '' && rest.length === 0,
    run: releaseUsername,
  },
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command?.takes(args)) {
    process.stderr.write(
      `usage: ${command?.usage ?? [AUDIT_USAGE, RESET_USAGE, RELEASE_USAGE].join('; ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const store = await findOrStartDatabase({
    dataDir: process.env.DATA_DIR || './data',
    databaseUrl: databaseUrl(),
  });
  const onProblem = () => {};
  const database = openDatabase({ url: store.url, statementTimeoutMs: STATEMENT_TIMEOUT_MS, onProblem });
  try {
    process.exitCode = await command.run(database, args);
  } finally {
    await database.close();
    await store.close();
  }
}

function databaseUrl(): string | null {
  const file = process.env.DATABASE_URL_FILE;
  return process.env.DATABASE_URL || (file ? readFileSync(file, 'utf8').trim() : null);
}

async function verifyAudit(database: Database, [given = '']: readonly string[]): Promise<number> {
  const { id, hash } = ANCHOR.exec(given)?.groups ?? {};
  const anchor = id !== undefined && hash !== undefined ? { id: Number(id), hash } : undefined;
  const { rows, lastHash, broken } = await createAuditStore(database).verify(anchor);
  if (broken) {
    process.stdout.write(`the audit log is broken at row ${broken.id}: ${broken.problem}\n`);
    return 1;
  }
  process.stdout.write(`the audit log is intact: ${rows} ${rows === 1 ? 'row' : 'rows'}\n`);
  if (rows > 0) process.stdout.write(`HEAD=${rows}:${lastHash}\n`);
  return 0;
}

/** Needs no password: an operator who can reach the database can change everything in it anyway. */
async function resetPassword(database: Database, [username = '']: readonly string[]): Promise<number> {
  const user = await createUserStore(database).findByUsername(username);
  if (!user) {
    process.stdout.write(`there is no account ${JSON.stringify(username)}: check the username\n`);
    return 1;
  }
  const token = createSecret();
  const expiresAt = new Date(systemClock.wall() + RESET_MAX_MS);
  await createAdministrationStore(database).createReset(null, user.id, hashSecret(token), expiresAt);
  const address = process.env.PUBLIC_URL || `http://127.0.0.1:${process.env.PORT || '8080'}`;
  process.stdout.write(
    `to set a new password for ${user.username}, once, until ${expiresAt.toISOString()}, open this page:\n` +
      `${address}/#reset/${token}\n` +
      'or run this in a terminal:\n' +
      `curl ${address}/v1/auth/reset --json '{"token":"${token}","password":"THE NEW PASSWORD"}'\n`,
  );
  return 0;
}

/** Lets the username of a deleted account be registered again. */
async function releaseUsername(database: Database, [username = '']: readonly string[]): Promise<number> {
  const isReleased = await createAdministrationStore(database).releaseUsername(null, username);
  process.stdout.write(
    isReleased
      ? `anyone may register as ${username} now\n`
      : `no deleted account had the username ${JSON.stringify(username)}: nothing to release\n`,
  );
  return isReleased ? 0 : 1;
}
