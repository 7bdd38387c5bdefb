/** The events of a room in their order, as a resume and a gap are filled from. */
import type { Role, RoomEvent } from '@banter/protocol';
import { type Database, type Scope, statements } from './database.ts';

export type Events = {
  /** Up to `limit` events above `after`, in seq order; fewer only at the head. */
  listAfter(roomId: number, after: number, limit: number, scope?: Scope): Promise<RoomEvent[]>;
};

// Each look-up is a subquery of its own (LIMIT 1 keeps it one): a planner that knows little of young tables would else join
// with all messages there are.
export const EVENT_SQL = statements('events', {
  listAfter: `
    SELECT e.room_id, e.seq, e.kind, e.at, e.account_id, a.username, e.target, t.username AS target_username, e.detail,
           m.content, m.id, m.reply_to
    FROM (SELECT * FROM events WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) e
    CROSS JOIN LATERAL (SELECT username FROM accounts WHERE id = e.account_id LIMIT 1) a
    LEFT JOIN LATERAL (
      SELECT content, id, reply_to FROM messages WHERE e.kind = 'message' AND room_id = e.room_id AND seq = e.seq LIMIT 1
    ) m ON true
    LEFT JOIN LATERAL (SELECT username FROM accounts WHERE id = e.target LIMIT 1) t ON true
    ORDER BY e.seq`,
});

export function createEvents(database: Database): Events {
  return {
    async listAfter(roomId, after, limit, scope) {
      return (await database.query<EventRow>(EVENT_SQL.listAfter, [roomId, after, limit], scope)).map(
        toEvent,
      );
    },
  };
}

type EventRow = {
  room_id: number;
  seq: number;
  kind: RoomEvent['type'];
  at: string;
  account_id: number;
  username: string;
  target: number;
  target_username: string;
  detail: string;
  content: string;
  id: string;
  reply_to: number | null;
};

type Fact = Pick<RoomEvent, 'roomId' | 'seq' | 'at' | 'userId' | 'username'>;

/** What each kind of event says beyond who did it, where and when. */
const BODIES: { [K in RoomEvent['type']]: (fact: Fact, row: EventRow) => Extract<RoomEvent, { type: K }> } = {
  message: (fact, row) => ({
    type: 'message',
    ...fact,
    content: row.content,
    id: row.id,
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
  }),
  join: (fact) => ({ type: 'join', ...fact }),
  leave: (fact) => ({ type: 'leave', ...fact }),
  kick: (fact, row) => ({ type: 'kick', ...fact, target: row.target, targetUsername: row.target_username }),
  role: (fact, row) => ({
    type: 'role',
    ...fact,
    target: row.target,
    targetUsername: row.target_username,
    role: row.detail as Role,
  }),
  topic: (fact, row) => ({ type: 'topic', ...fact, topic: row.detail }),
  rename: (fact, row) => ({ type: 'rename', ...fact, name: row.detail }),
};

function toEvent(row: EventRow): RoomEvent {
  const fact = {
    roomId: row.room_id,
    seq: row.seq,
    at: row.at,
    userId: row.account_id,
    username: row.username,
  };
  return BODIES[row.kind](fact, row);
}
