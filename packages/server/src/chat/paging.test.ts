import { expect, test } from 'vitest';
import { byId, byUsername, isTimeAndId, type PageQuery, readPage } from './paging.ts';

const ROWS = Array.from({ length: 7 }, (_, i) => ({ id: 7 - i, username: `p${i}` }));
const list = byId('things', async (below, limit) => ROWS.filter(({ id }) => id < below).slice(0, limit));
const people = byUsername('people', async (after, limit) =>
  ROWS.filter(({ username }) => username > after).slice(0, limit),
);

async function readAll(limit: number): Promise<number[]> {
  const seen: number[] = [];
  let query: PageQuery = { limit };
  for (;;) {
    const { rows, cursor } = await readPage(query, list);
    seen.push(...rows.map(({ id }) => id));
    if (cursor === undefined) return seen;
    query = { limit, cursor };
  }
}

test.each([1, 2, 3, 6, 7, 8])(
  '[L7] pages of %i show each row once, and the last has no cursor',
  async (limit) => {
    expect(await readAll(limit)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  },
);

const wrong = [
  '',
  'x',
  'a.b',
  '1',
  'bnVsbA',
  'W10',
  'WyJhIl0',
  'WzEsMl0',
  'Wy0xXQ',
  'WzFlOTld',
  'A'.repeat(300),
];
test.each(wrong)('[L7] the cursor %j is invalid', async (cursor) => {
  await expect(readPage({ cursor }, list)).rejects.toMatchObject({ code: 'invalid' });
});

test('[L7] a cursor of one kind of list is invalid for another', async () => {
  const others = byId('members 7', async (below, limit) =>
    ROWS.filter(({ id }) => id < below).slice(0, limit),
  );
  const pages = [await readPage({ limit: 1 }, people), await readPage({ limit: 1 }, others)];
  for (const { cursor = '' } of pages)
    await expect(readPage({ cursor }, list)).rejects.toMatchObject({ code: 'invalid' });
});

test('[L7] a time that PostgreSQL cannot write is no place in a list', () => {
  expect(isTimeAndId([Date.UTC(2026, 0, 1), 7])).toBe(true);
  for (const given of [[8.64e15 + 1, 1], [9e15, 9e15], [1], ['a', 1]]) expect(isTimeAndId(given)).toBe(false);
});
