/** The append's statements, and how their rows become outcomes and events. */
import { ChatError, type ErrorCode, type RoomEvent } from '@banter/protocol';
import type { Changed, NewChange, NewMessage } from './appender.ts';
import { type Database, type Statement, statements } from './database.ts';

export const APPEND_SQL = statements('append', {
  messages: 'SELECT item, outcome, seq, at FROM append_messages($1, $2, $3, $4, $5)',
  join: 'SELECT outcome, seq, at FROM append_join($1, $2)',
  leave: 'SELECT outcome, seq, at FROM append_leave($1, $2)',
  kick: 'SELECT outcome, seq, at FROM append_kick($1, $2, $3)',
  role: 'SELECT outcome, seq, at FROM append_role($1, $2, $3, $4)',
  topic: 'SELECT outcome, seq, at FROM append_topic($1, $2, $3)',
  rename: 'SELECT outcome, seq, at FROM append_rename($1, $2, $3)',
});

/** What became of one message of a batch. */
export type MessageOutcome =
  | { outcome: 'stored' | 'duplicate'; seq: number; at: string }
  | { outcome: 'refused'; error: ChatError };

/** Stores a batch in one statement; the outcomes stand in the order of the messages. @throws as Database.query. */
export async function insertMessages(
  database: Database,
  batch: readonly NewMessage[],
): Promise<MessageOutcome[]> {
  const rows = await database.query<MessageRow>(APPEND_SQL.messages, [
    batch.map((message) => message.roomId),
    batch.map((message) => message.userId),
    batch.map((message) => message.id),
    batch.map((message) => message.content),
    batch.map((message) => message.replyTo ?? null),
  ]);
  const outcomes: MessageOutcome[] = new Array(batch.length);
  for (const row of rows) outcomes[row.item - 1] = toOutcome(row);
  return outcomes;
}

/** Stores one act. @throws ChatError for a refusal, else as Database.query. */
export async function insertChange(database: Database, change: NewChange): Promise<Changed> {
  const { statement, extra } = CHANGES[change.type](change as never);
  const values = [change.roomId, change.actor.id, ...extra];
  const [row] = await database.query<ChangeRow>(statement, values);
  if (row?.outcome === 'done') return { changed: true, event: toChangeEvent(change, row) };
  if (row?.outcome === 'unchanged') return { changed: false };
  throw refusal(row?.outcome ?? 'internal');
}

/** The event of a stored message. */
export function toMessageEvent(message: NewMessage, seq: number, at: string): RoomEvent {
  const { roomId, userId, username, content, id, replyTo } = message;
  const event: RoomEvent = { type: 'message', roomId, seq, at, userId, username, content, id };
  if (replyTo !== undefined) event.replyTo = replyTo;
  return event;
}

type MessageRow = { item: number; outcome: string; seq: number; at: string };
type ChangeRow = { outcome: string; seq: number; at: string };
type ChangeOf<T extends NewChange['type']> = Extract<NewChange, { type: T }>;
type Call = { statement: Statement; extra: unknown[] };

const CHANGES: { [T in NewChange['type']]: (change: ChangeOf<T>) => Call } = {
  join: () => ({ statement: APPEND_SQL.join, extra: [] }),
  leave: () => ({ statement: APPEND_SQL.leave, extra: [] }),
  kick: ({ target }) => ({ statement: APPEND_SQL.kick, extra: [target.id] }),
  role: ({ target, role }) => ({ statement: APPEND_SQL.role, extra: [target.id, role] }),
  topic: ({ topic }) => ({ statement: APPEND_SQL.topic, extra: [topic] }),
  rename: ({ name }) => ({ statement: APPEND_SQL.rename, extra: [name] }),
};

const REFUSALS: Record<string, [ErrorCode, string?]> = {
  id_conflict: ['idempotency_conflict'],
  conflict: ['conflict', 'a room has this name already'],
  not_found: ['not_found', 'there is no such room'],
  not_member: ['not_member', 'join the room first'],
  no_target: ['invalid', 'replyTo must be the seq of a message in this room'],
  forbidden: ['forbidden', 'your role in this room does not allow this'],
};

function toOutcome({ outcome, seq, at }: MessageRow): MessageOutcome {
  if (outcome === 'stored' || outcome === 'duplicate') return { outcome, seq, at };
  return { outcome: 'refused', error: refusal(outcome) };
}

function refusal(outcome: string): ChatError {
  const [code, detail] = REFUSALS[outcome] ?? ['internal'];
  return new ChatError(code, detail);
}

function toChangeEvent(change: NewChange, { seq, at }: ChangeRow): RoomEvent {
  const { actor, ...rest } = change;
  const fact = { roomId: change.roomId, seq, at, userId: actor.id, username: actor.username };
  if (!('target' in rest)) return { ...rest, ...fact };
  const { target, ...act } = rest;
  return { ...act, ...fact, target: target.id, targetUsername: target.username };
}
