/** Makes a test's database unreachable for a while. */

import { inject } from 'vitest';
import { openSql } from './sql.ts';
import { until } from './wait.ts';

/** The outage. */
export type Outage = {
  /** Accepts connections again. */
  end(): Promise<void>;
};

/** Rejects new connections to the database of `url`, and ends the open ones. */
export async function beginOutage(url: string): Promise<Outage> {
  const name = new URL(url).pathname.slice(1);
  const admin = await openSql(inject('serverUrl'));
  await admin.rows(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await until('every connection has ended', async () => {
    const open = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1';
    return (await admin.rows(open, [name])).length === 0;
  });
  return {
    async end() {
      await admin.rows(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.close();
    },
  };
}
