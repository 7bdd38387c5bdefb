/** Tables that SQL and TypeScript both need: a new kind of event or role must be added to both. */
import { EVENT_KINDS, EVENT_TYPES, isVisible, quoteLine, type RoomEventType } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_RANKS } from '../../src/chat/rooms/room-access.ts';
import { printedChance } from '../harness/seed.ts';
import { openTestStore, type TestStore } from '../harness/store.ts';

/** A detail that almost every kind accepts, and that is easy to find in a row of the audit log. */
const DETAIL = '7777777';
/** Audited kinds without a detail, or with one that only decides the name of the act. */
const WITHOUT_DETAIL: RoomEventType[] = ['delete', 'unban', 'archive', 'restore'];

/** The words of SQL for the rules of the protocol's table. */
const AUDITED = { true: 'always', false: 'never', first: 'first', others: 'others' } as const;

let test: TestStore;
let roomId: number;
let owner: number;
let other: number;

beforeAll(async () => {
  test = await openTestStore();
  const ann = await test.account('ann');
  [owner, other] = [ann.id, (await test.account('bob')).id];
  roomId = await test.room('room', ann);
});
afterAll(() => test.close());

describe('[M3] the line that a reply quotes', () => {
  const linesOf = async (contents: readonly string[]) =>
    (
      await test.sql.rows<{ line: string }>('SELECT quote_line(c) AS line FROM unnest($1::text[]) c', [
        contents,
      ])
    ).map(({ line }) => line);

  it('is the same in SQL and in the protocol: each character is visible to both or to none', async () => {
    const all = Array.from({ length: 0x110000 - 1 }, (_, i) => i + 1).filter(
      (code) => code < 0xd800 || code > 0xdfff,
    );
    const rows = await test.sql.rows<{ code: number }>(
      "SELECT code FROM unnest($1::integer[]) code WHERE quote_line(chr(code)) = ''",
      [all],
    );
    const invisible = all.filter((code) => !isVisible(String.fromCodePoint(code)));
    expect(rows.map(({ code }) => code)).toEqual(invisible);
  });

  it('is the same in SQL and in the protocol for texts of fences, blank lines and words', async () => {
    const { pick, whole } = printedChance('quote lines');
    const pieces = [
      '```',
      '````',
      '`',
      'js',
      'words',
      '> ',
      '>',
      ' ',
      '\t',
      '\u200b',
      '\u3000',
      '😀'.repeat(100),
      '\n',
      '\n',
      '\n',
    ];
    const contents = Array.from({ length: 3_000 }, () =>
      Array.from({ length: whole(0, 14) }, () => pick(pieces)).join(''),
    );
    expect(await linesOf(contents)).toEqual(contents.map(quoteLine));
  });
});

describe('kinds of events', () => {
  it('[G3] are the same in SQL and in the protocol, with their targets and the rule of their audit', async () => {
    const kinds = EVENT_TYPES.map((kind) => {
      const { target, audited } = EVENT_KINDS[kind];
      return { kind, target, audited: AUDITED[`${audited}`] };
    });
    const rows = await test.sql.rows<(typeof kinds)[number]>(
      'SELECT kind, target, audited FROM event_kinds()',
    );
    expect(rows.sort(byKind)).toEqual(kinds.sort(byKind));
  });

  it.each(EVENT_TYPES.filter((kind) => kind !== 'message'))(
    '%s is audited as its row says, with its target and detail',
    async (kind) => {
      const { target, audited } = EVENT_KINDS[kind];
      const foreign = await auditOf(kind, target === 'message' ? await message(other) : other);
      expect(foreign).toHaveLength(audited === true || audited === 'others' ? 1 : 0);
      const own = await auditOf(kind, target === 'message' ? await message(owner) : owner);
      expect(own).toHaveLength(audited === true ? 1 : 0);
      const [subject] = foreign;
      if (subject === undefined) return;
      if (target !== null) expect(subject).toMatchObject({ userId: other });
      expect(JSON.stringify(subject).includes(DETAIL)).toBe(!WITHOUT_DETAIL.includes(kind));
    },
  );

  it('only the first join of a room is audited', async () => {
    const rows = await test.sql.rows(`SELECT FROM audit_log WHERE act = 'room.create'`);
    expect(rows).toHaveLength(1);
    await test.sql.rows(`SELECT record_event($1, 'join', $2, NULL, NULL)`, [roomId, other]);
    expect(await test.sql.rows(`SELECT FROM audit_log WHERE act = 'room.create'`)).toHaveLength(1);
  });

  it('a kind that no table has is rejected, and changes nothing', async () => {
    const head = await test.sql.row('SELECT last_seq FROM rooms WHERE id = $1', [roomId]);
    const act = `SELECT record_event($1, 'dance', $2, NULL, NULL)`;
    await expect(test.sql.rows(act, [roomId, owner])).rejects.toThrow('there is no kind of event dance');
    const batch = `SELECT append_joins_and_leaves($1, $2, '{dance}')`;
    await expect(test.sql.rows(batch, [[roomId], [owner]])).rejects.toThrow('joins and leaves only');
    expect(await test.sql.row('SELECT last_seq FROM rooms WHERE id = $1', [roomId])).toEqual(head);
  });
});

it('roles have the same rank in SQL and in chat', async () => {
  const roles = Object.keys(ROLE_RANKS);
  const ranks = await test.sql.rows('SELECT role, role_rank(role) AS rank FROM unnest($1::text[]) role', [
    roles,
  ]);
  expect(ranks).toEqual(Object.entries(ROLE_RANKS).map(([role, rank]) => ({ role, rank })));
  const { text } = await test.sql.row<{ text: string }>(
    `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'memberships_role_check'`,
  );
  expect([...text.matchAll(/'(\w+)'/g)].map(([, role]) => role).sort()).toEqual(roles.sort());
});

/** Records an event of a kind and returns the subjects of what that put into the audit log. */
async function auditOf(kind: string, target: number): Promise<object[]> {
  const { id } = await test.sql.row<{ id: number }>('SELECT last_id AS id FROM audit_head');
  const detail = kind === 'ban' ? `{"reason": "${DETAIL}"}` : DETAIL;
  await test.sql.rows('SELECT record_event($1, $2, $3, $4, $5)', [roomId, kind, owner, target, detail]);
  const rows = await test.sql.rows<{ subject: object }>(
    'SELECT audit_subject(subject) AS subject FROM audit_log WHERE id > $1',
    [id],
  );
  return rows.map(({ subject }) => subject);
}

/** Stores a message of a person and returns its seq. */
async function message(author: number): Promise<number> {
  await test.sql.rows(
    `INSERT INTO messages (room_id, seq, account_id, id, content, digest, ordinal, at)
     SELECT $1, n, $2, 'id-' || n, 'text', '', n, now() FROM (SELECT 1000 + count(*) AS n FROM messages) s`,
    [roomId, author],
  );
  return (await test.sql.row<{ seq: number }>('SELECT max(seq) AS seq FROM messages')).seq;
}

function byKind(a: { kind: string }, b: { kind: string }): number {
  return a.kind < b.kind ? -1 : 1;
}
