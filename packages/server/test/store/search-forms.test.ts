/** Search finds a word however it was written and however it is asked for. The reference is how the texts were made. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Caller } from '../../src/chat/caller.ts';
import { Search } from '../../src/chat/messages/search.ts';
import { ALL_PERMISSIONS } from '../../src/chat/permissions.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createSearchStore, SEARCH_SETTINGS } from '../../src/store/search/search.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const MESSAGES = 100;
/** Words of many scripts. None is part of another. */
const VOCABULARY = [
  ...['deploy', 'café', 'naïveté', 'Straße', 'ÅNGSTRÖM', 'Việt', 'İzmir', 'ŞIŞLI', 'ﬁnal', 'Ǆep'],
  ...['Сервер', 'Йод', 'Київ', 'ΟΔΟΣ', 'Ἀθῆναι', 'Հայերեն', 'ᲗᲑᲘᲚᲘᲡᲘ', 'شبكة', 'مُدَوَّن', 'שָׁלוֹם'],
  ...['नमस्ते', 'হ্যালো', 'தமிழ்', 'ಕನ್ನಡ', 'ไทย', 'ລາວ', 'ខ្មែរ', 'မြန်မာ', 'ამბავი', 'አማርኛ'],
  ...['部署失败', '東京都', 'サーバー', 'ガイド', '한글', '쀍뗉', '🎉', '❤️', '👩‍👩‍👧', 'r2d2'],
  ...['don’t', 'l’été', 'foo–bar', '--force', '1.2.3', 'C++', 'C#', 'R&D', 'I/O', '.NET', 'PLT-36'],
];
const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'];
const BETWEEN = [
  ' ',
  '\n',
  '\u3000',
  '\u00a0',
  '; ',
  '! ',
  '\u061f ',
  '\u3002 ',
  '\u0964 ',
  '\uff01 ',
  ' \u2026 ',
];
const ENDS = ['', '?', '!', '\u3002', '\uff01', '\uff1f', '\u061f', '\u0964', '\u06d4', '\u1362', '\u17d4'];
const INVISIBLE = ['\u00ad', '\u200b', '\u2060', '\ufeff', '\u200e', '\ufe0f'];

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let search: Search;
let ann: number;
let room: number;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, settings: SEARCH_SETTINGS, onProblem: () => {} });
  sql = await openSql(testDatabase.url);
  const insert = "INSERT INTO accounts (username, password_hash) VALUES ('ann', '') RETURNING id";
  ann = (await sql.row<{ id: number }>(insert)).id;
  const create = "SELECT room_id FROM create_room('one', 'closed', '', $1)";
  room = (await sql.row<{ room_id: number }>(create, [ann])).room_id;
  const memberships = { require: async () => ({}) as never };
  search = new Search({ search: createSearchStore(database), memberships, limits: { take: () => {} } });
});
afterAll(async () => {
  await Promise.all([database.close(), sql.close()]);
  await testDatabase.drop();
});

it('[F8] a search finds what it indexed, in any normal form, case and width, with any sign around it', async () => {
  const chance = printedChance('forms of a search');
  const lines = Array.from({ length: MESSAGES }, () =>
    Array.from({ length: chance.whole(1, 6) }, () => chance.pick(VOCABULARY)),
  );
  await send(lines.map((words) => words.map((word) => disguised(word, chance)).join(chance.pick(BETWEEN))));
  for (const word of VOCABULARY) {
    const expected = lines.flatMap((words, i) => (words.includes(word) ? [i + 2] : []));
    const asked = disguised(word, chance);
    for (const q of [asked, `${asked}${chance.pick(ENDS)}`, `\u201c${asked}\u201d`, `\u00ab${asked}\u00bb`]) {
      const { hits } = await search.find(caller(), { q, limit: MESSAGES });
      const found = hits.map(({ message }) => message.seq).toSorted((a, b) => a - b);
      expect([word, q, found]).toEqual([word, q, expected]);
      expect([q, hits.filter(({ ranges }) => ranges.length === 0)]).toEqual([q, []]);
    }
  }
});

/** Returns the word as somebody else may write it. */
function disguised(word: string, chance: Chance): string {
  const cased = chance.pick([word, word, word.toLowerCase(), word.toUpperCase()]);
  const formed = cased.normalize(chance.pick(FORMS));
  const wide = chance.next() < 0.2 ? formed.replace(/[!-~]/g, (sign) => wideOf(sign)) : formed;
  if (chance.next() < 0.6) return wide;
  const chars = [...wide];
  chars.splice(chance.whole(0, chars.length), 0, chance.pick(INVISIBLE));
  return chars.join('');
}

function wideOf(sign: string): string {
  return String.fromCodePoint(sign.charCodeAt(0) + 0xfee0);
}

async function send(contents: string[]): Promise<void> {
  const of = <T>(value: T) => contents.map(() => value);
  const ids = contents.map((_, i) => `id-${i}-forms`);
  const batch = [of(room), of(ann), ids, contents, of(null), of(null), of(null)];
  await sql.rows('SELECT append_messages($1, $2, $3, $4, $5, $6, $7)', batch);
  await sql.rows('SELECT search_index($1, 10000, 10000000)', [[room]]);
}

function caller(): Caller {
  return { user: { id: ann, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
}
