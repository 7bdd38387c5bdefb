/** The final state of a run: the rows in the store, and the history that the server shows. */

import type { Message, MessagePage, RoomEventType } from '@banter/protocol';
import { ask, type Host } from '../harness/http.ts';
import type { Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';
import { hashOf } from './record.ts';

/** A stored event. `target` is the person of a kick or role; `id` and `hash` are those of a message. */
export type Row = {
  roomId: number;
  seq: number;
  kind: RoomEventType;
  userId: number;
  target: number | null;
  id: string | null;
  hash: string | null;
};

/** The final state of one room. */
export type RoomState = {
  roomId: number;
  /** The head in the room's row. */
  lastSeq: number;
  /** In seq order. */
  rows: Row[];
  /** The ids of the room's members. */
  members: Set<number>;
  /** Every message, as the room's history shows it to a member. */
  shown: Pick<Row, 'seq' | 'userId' | 'id' | 'hash'>[];
};

/** The final state of all rooms, by id. */
export type FinalState = ReadonlyMap<number, RoomState>;

const PAGE = 200;

/** Reads the rooms from the store, and their history page by page with a member's access token. */
export async function readState(
  sql: Sql,
  host: Host,
  token: string,
  roomIds: readonly number[],
): Promise<FinalState> {
  const state = new Map<number, RoomState>();
  for (const roomId of roomIds) {
    const { lastSeq } = await sql.row<{ lastSeq: number }>(
      'SELECT last_seq AS "lastSeq" FROM rooms WHERE id = $1',
      [roomId],
    );
    const members = await sql.rows<{ id: number }>(
      'SELECT account_id AS id FROM memberships WHERE room_id = $1',
      [roomId],
    );
    state.set(roomId, {
      roomId,
      lastSeq,
      rows: await readRows(sql, roomId),
      members: new Set(members.map(({ id }) => id)),
      shown: await readHistory(host, token, roomId),
    });
  }
  return state;
}

type StoredRow = Omit<Row, 'hash'> & { content: string | null };

/** Joins both tables in full, so that a message without an event and a repeated event show up too. */
async function readRows(sql: Sql, roomId: number): Promise<Row[]> {
  const stored = await sql.rows<StoredRow>(
    `SELECT $1::bigint AS "roomId", seq, COALESCE(e.kind, 'message') AS kind,
            COALESCE(m.account_id, e.account_id) AS "userId", e.target, m.id, m.content
     FROM (SELECT * FROM events WHERE room_id = $1) e
     FULL JOIN (SELECT * FROM messages WHERE room_id = $1) m USING (seq) ORDER BY seq`,
    [roomId],
  );
  return stored.map(({ content, ...row }) => ({ ...row, hash: content === null ? null : hashOf(content) }));
}

/** Reads a page. @returns null if the server is unavailable; the caller retries. */
async function readPage(host: Host, token: string, path: string): Promise<MessagePage | null> {
  const { status, body } = await ask(host, 'GET', path, { token });
  if (status === 200) return body as MessagePage;
  if (status === UNAVAILABLE) return null;
  throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
}

const UNAVAILABLE = 503;

async function readHistory(host: Host, token: string, roomId: number): Promise<RoomState['shown']> {
  const messages: Message[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `/v1/rooms/${roomId}/messages?after=${after}&limit=${PAGE}`;
    const page = await until(`a response to ${path}`, () => readPage(host, token, path));
    messages.push(...page.messages);
    if (!page.hasMore) break;
  }
  return messages.map(({ seq, userId, id, content }) => ({ seq, userId, id, hash: hashOf(content ?? '') }));
}
