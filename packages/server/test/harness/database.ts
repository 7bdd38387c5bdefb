/** A database of its own for a test file: a copy of the migrated one, made in a few milliseconds. */

import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, databaseUrl, dropDatabase } from './postgres.ts';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Makes a migrated database; `drop` it when the tests are over, whoever is still connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return fresh(inject('templateName'));
}

/** Makes a database without any table, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return fresh();
}

async function fresh(template?: string): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `banter_test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(serverUrl, name, template);
  return { url: databaseUrl(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
}
