/** Taking a test's database away from everybody, and giving it back. */

import { inject } from 'vitest';
import { openSql } from './sql.ts';
import { until } from './wait.ts';

export type Outage = {
  /** Lets connections in again. */
  end(): Promise<void>;
};

/** Refuses new connections to the database of `url` and ends those that are open. */
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
