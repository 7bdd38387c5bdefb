/** PostgreSQL refuses to run as root: which account it runs as instead, and what that account can reach. */

import { readFile } from 'node:fs/promises';

/** Where PostgreSQL's files belong to somebody else than this process. */
export type OsAccount = { name: string; uid: number; gid: number };

/** In this order: the first one that the machine knows is taken. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account for PostgreSQL, or null when this process may run it itself (it is not root). The account that
 * already owns the data, `ownerUid`, is preferred, so that root and an ordinary user may start banter by turns.
 * @throws Error when this is root and the machine has none of the known accounts.
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
      'start banter as an ordinary user, or set DATABASE_URL to a server of your own',
  );
}

function parseAccounts(passwd: string): OsAccount[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
