/** The words of a text: the protocol, which highlights them, and the store, which finds them, must split it alike. */
import { searchFold, searchWords } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

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

/** Large uniform blocks (Chinese, Hangul, private use): one character in ALIKE_STEP is tested. */
const ALIKE =
  /[\u3400-\u9FFF\uA000-\uA48C\uAC00-\uD7A3\uE000-\uF8FF\u{12000}-\u{1BFFF}\u{20000}-\u{10FFFF}]/u;
const ALIKE_STEP = 97;

it('both treat every character alike: as part of a word, as a word, or as a separator', async () => {
  const texts: string[] = [];
  for (let code = 1; code <= 0x10ffff; code++) {
    const sign = String.fromCodePoint(code);
    const isText = !/\p{Cn}|\p{Cs}/u.test(sign) && (code % ALIKE_STEP === 0 || !ALIKE.test(sign));
    if (isText) texts.push(`a${sign}B`);
  }
  expect(texts.length).toBeGreaterThan(20_000);
  expect(await differences(texts)).toEqual([]);
});

it('both find the same words in random texts', async () => {
  const chance = printedChance('words');
  const texts = Array.from({ length: 5_000 }, () =>
    Array.from({ length: chance.whole(1, 12) }, () => chance.pick(PIECES)).join(''),
  );
  expect(await differences(texts)).toEqual([]);
});

/** Characters and sequences that word parsers often get wrong. */
const PIECES = [
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
  ...[
    'http://',
    'a@b.c',
    '1e5',
    '-5',
    '3.14',
    '0x1F',
    '12abc',
    'v1.2',
    'foo-bar',
    '<b>',
    '&amp;',
    'C:\\x',
    '/usr',
  ],
  ...[
    'é',
    'e\u0301',
    'ß',
    'ẞ',
    'Ü',
    'İ',
    'ı',
    'ǅ',
    'Σ',
    'ς',
    'Я',
    'ё',
    'ي',
    'שלום',
    '״',
    '׳',
    'الســلام',
    'ﹱ',
    'नमस्ते',
    'தமிழ்',
    'ไทย',
    'ลาว',
  ],
  ...[
    '東京',
    'カタ',
    'ー',
    '々',
    '한국',
    '𠮷',
    '　',
    '。',
    '「',
    '—',
    '“',
    '’',
    '…',
    '€',
    '½',
    '²',
    '٣',
    '１２',
    'Ａ',
  ],
  ...['🎉', '👩‍👩‍👧', '❤️', '1️⃣', '🇨🇭', '\u00a0', '\u200b', '\u200d', '\ufeff', '\u0301', '\n', '\t', '\u2028'],
];

/** Returns the texts that the two split differently, with the words of each. */
async function differences(texts: string[]): Promise<unknown[]> {
  const rows = await sql.rows<{ words: string[]; normal: string }>(
    `SELECT search_split(search_fold(text)) AS words, normalize(text, NFKC) AS normal
     FROM unnest($1::text[]) WITH ORDINALITY t (text, n) ORDER BY n`,
    [texts],
  );
  return texts
    .map((text, i) => {
      // A new Unicode letter may have a lower case here, and not yet in PostgreSQL.
      const there = rows[i]?.words.map(searchFold);
      // PostgreSQL's Unicode may be older than Node's: it does not know the forms of new characters.
      const isKnown = rows[i]?.normal === text.normalize('NFKC');
      return { text, here: searchWords(searchFold(text)).map(({ word }) => word), there, isKnown };
    })
    .filter(({ here, there, isKnown }) => isKnown && JSON.stringify(here) !== JSON.stringify(there));
}

it('words are indexed with their positions, except those too long for PostgreSQL', async () => {
  const text = `one ${'x'.repeat(3_000)} ${'two '.repeat(300)}three`;
  const { found } = await sql.row<{ found: boolean[] }>(
    `SELECT ARRAY(SELECT search_words(search_fold($1)) @@ search_query(q, false) FROM unnest($2::text[]) q) AS found`,
    [text, ['one', 'two three', 'one two', 'two two', 'x'.repeat(3_000).slice(0, 500)]],
  );
  expect(found).toEqual([true, false, false, true, false]);
});
