/** Every statement of the store, against the real schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../src/store/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const STORE = new URL('../../src/store/', import.meta.url);
const sources = readdirSync(STORE, { encoding: 'utf8', recursive: true }).filter(
  (name) =>
    /^[a-z/-]+\.ts$/.test(name) &&
    /^export const \w+_SQL\b/m.test(readFileSync(new URL(name, STORE), 'utf8')),
);
const statements = (await Promise.all(sources.map(statementsOf))).flat();

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

describe('the statements of the store', () => {
  it.each(statements)('$name can be prepared', async ({ name, text }) => {
    await sql.rows(`PREPARE "${name}" AS ${text}`);
    const { count } = await sql.row<{ count: number }>(
      'SELECT count(*) AS count FROM pg_prepared_statements WHERE name = $1',
      [name],
    );
    expect(count).toBe(1);
  });

  it('have distinct names', () => {
    expect(statements.length).toBeGreaterThan(100);
    expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
  });
});

async function statementsOf(source: string): Promise<Statement[]> {
  const module: Record<string, unknown> = await import(new URL(source, STORE).href);
  const tables = Object.entries(module).filter(([name]) => name.endsWith('_SQL'));
  return tables.flatMap(([, table]) => Object.values(table as Record<string, Statement>));
}
