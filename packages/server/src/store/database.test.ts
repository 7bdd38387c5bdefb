import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database.ts';
import { type Database, openDatabase, type Problem, statements } from './database.ts';

const sql = statements('test', { one: 'select $1::int8 as n, now() as at, 12.5::numeric as d' });

let home: TestDatabase;
let database: Database;
const problems: Problem[] = [];

beforeAll(async () => {
  home = await createTestDatabase();
  database = openDatabase({ url: home.url, onProblem: (problem) => problems.push(problem) });
});

afterAll(async () => {
  await database.close();
  await home.drop();
});

test('int8 and numeric come back as numbers, timestamptz as ISO 8601 with milliseconds', async () => {
  const rows = await database.query<{ n: number; at: string; d: number }>(sql.one, [42]);
  expect(rows).toEqual([
    { n: 42, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), d: 12.5 },
  ]);
});
