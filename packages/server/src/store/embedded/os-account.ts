/** Finds the operating system's account to run PostgreSQL as, since PostgreSQL refuses to run as root. */

import { readFile } from 'node:fs/promises';

/** An account of the operating system. */
export type OsAccount = { name: string; uid: number; gid: number };

/** In order of preference. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * Finds the account for PostgreSQL; null when this process is not root and runs it itself. Prefers the account that
 * already owns the data, `ownerUid`, so that root and an ordinary user can take turns at starting banter.
 * @throws Error when this process is root and the machine has none of the known accounts.
 */
export async function findOsAccount(ownerUid?: number): Promise<OsAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'));
  const owner = accounts.find(({ uid }) => uid !== 0 && uid === ownerUid);
  const known = CANDIDATES.flatMap((name) => accounts.filter((account) => account.name === name));
  const found = owner ?? known[0];
  if (found) return found;
  throw new Error(
    `PostgreSQL does not run as root, and this machine has no account named ${CANDIDATES.join(' or ')}: ` +
      'start banter as an ordinary user, or set DATABASE_URL to another PostgreSQL server',
  );
}

function parseAccounts(passwd: string): OsAccount[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
