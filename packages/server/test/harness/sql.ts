/** SQL on a test's database, over a connection of its own. */
import pg from 'pg';

export type Sql = {
  /** Runs a statement and returns its rows, with int8 as numbers. */
  rows<Row>(text: string, params?: unknown[]): Promise<Row[]>;
  /** Runs a statement and returns its first row. @throws Error if it has none. */
  row<Row>(text: string, params?: unknown[]): Promise<Row>;
  close(): Promise<void>;
};

const INT8 = 20;

/** Opens a connection. Close it after the tests. */
export async function openSql(url: string): Promise<Sql> {
  const client = new pg.Client({
    connectionString: url,
    types: {
      getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')),
    },
  });
  // A test that cuts every connection cuts this one too.
  client.on('error', () => {});
  await client.connect();
  const rows = async <Row>(text: string, params: unknown[] = []) =>
    (await client.query(text, params)).rows as Row[];
  return {
    rows,
    async row<Row>(text: string, params: unknown[] = []) {
      const [found] = await rows<Row>(text, params);
      if (found) return found;
      throw new Error(`no row for: ${text}`);
    },
    close: () => client.end(),
  };
}

/** Returns every event of a room as stored, with the text and id of messages. */
export function storedEvents(sql: Sql, roomId: number): Promise<StoredEvent[]> {
  return sql.rows<StoredEvent>(
    `SELECT e.seq, e.kind, e.account_id AS "userId", m.content, m.id FROM events e
     LEFT JOIN messages m ON m.room_id = e.room_id AND m.seq = e.seq WHERE e.room_id = $1 ORDER BY e.seq`,
    [roomId],
  );
}

export type StoredEvent = {
  seq: number;
  kind: string;
  userId: number;
  content: string | null;
  id: string | null;
};
