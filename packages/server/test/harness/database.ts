/** A database for each test file: a copy of the migrated one, made in a few milliseconds. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, databaseUrl, dropDatabase } from './postgres.ts';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Creates a migrated database. `drop` removes it, even if clients are still connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return fresh(inject('templateName'));
}

/** Creates a database without tables, for tests of the migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return fresh();
}

async function fresh(template?: string): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `banter_test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(serverUrl, name, template);
  return { url: databaseUrl(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
}
