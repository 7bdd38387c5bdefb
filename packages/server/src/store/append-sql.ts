/** The append's statements, and how their rows become outcomes and events. */
import { ChatError, type ErrorCode, type RoomEvent } from '@banter/protocol';
import type { Changed, NewChange, NewMessage } from './appender.ts';
import { type Database, type Statement, statements } from './database.ts';

export const APPEND_SQL = statements('append', {
  messages: 'SELECT item, outcome, seq, at FROM append_messages($1, $2, $3, $4, $5)',
  entries: 'SELECT item, outcome, seq, at FROM append_entries($1, $2, $3)',
  kick: 'SELECT 1 AS item, outcome, seq, at FROM append_kick($1, $2, $3)',
  role: 'SELECT 1 AS item, outcome, seq, at FROM append_role($1, $2, $3, $4)',
  topic: 'SELECT 1 AS item, outcome, seq, at FROM append_topic($1, $2, $3)',
  rename: 'SELECT 1 AS item, outcome, seq, at FROM append_rename($1, $2, $3)',
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

/** A join or a leave: the acts that come in crowds, and share a statement. */
export function isEntry({ type }: NewChange): boolean {
  return type === 'join' || type === 'leave';
}

/**
 * Stores joins and leaves, each person at most once, or one other act, in one statement. What became of each stands in
 * their order; a ChatError is a refusal. @throws as Database.query.
 */
export async function insertChanges(
  database: Database,
  changes: readonly NewChange[],
): Promise<(Changed | ChatError)[]> {
  const { statement, values } = callFor(changes);
  const rows = await database.query<ChangeRow>(statement, values);
  const outcomes: (Changed | ChatError)[] = new Array(changes.length);
  for (const row of rows) {
    const place = row.item - 1;
    const change = changes[place];
    if (change) outcomes[place] = toChanged(change, row);
  }
  return outcomes;
}

/** The event of a stored message. */
export function toMessageEvent(message: NewMessage, seq: number, at: string): RoomEvent {
  const { roomId, userId, username, content, id, replyTo } = message;
  const event: RoomEvent = { type: 'message', roomId, seq, at, userId, username, content, id };
  if (replyTo !== undefined) event.replyTo = replyTo;
  return event;
}

type MessageRow = { item: number; outcome: string; seq: number; at: string };
type ChangeRow = MessageRow;
type ChangeOf<T extends NewChange['type']> = Extract<NewChange, { type: T }>;
type Solo = Exclude<NewChange['type'], 'join' | 'leave'>;
type Call = { statement: Statement; values: unknown[] };

/** Acts that stand alone: the statement, and what it takes behind room and actor. */
const SOLO: { [T in Solo]: (change: ChangeOf<T>) => [Statement, unknown[]] } = {
  kick: ({ target }) => [APPEND_SQL.kick, [target.id]],
  role: ({ target, role }) => [APPEND_SQL.role, [target.id, role]],
  topic: ({ topic }) => [APPEND_SQL.topic, [topic]],
  rename: ({ name }) => [APPEND_SQL.rename, [name]],
};

function callFor(changes: readonly NewChange[]): Call {
  const [first] = changes;
  if (first && !isEntry(first)) {
    const [statement, extra] = SOLO[first.type as Solo](first as never);
    return { statement, values: [first.roomId, first.actor.id, ...extra] };
  }
  const columns = [
    changes.map((change) => change.roomId),
    changes.map((change) => change.actor.id),
    changes.map((change) => change.type),
  ];
  return { statement: APPEND_SQL.entries, values: columns };
}

function toChanged(change: NewChange, row: ChangeRow): Changed | ChatError {
  if (row.outcome === 'done') return { changed: true, event: toChangeEvent(change, row) };
  return row.outcome === 'unchanged' ? { changed: false } : refusal(row.outcome);
}

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
