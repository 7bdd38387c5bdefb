/** The append's statements, and how their rows become outcomes and events. */
import {
  type ChatError,
  isPersonal,
  type Message,
  type Quote,
  REACTION_KINDS_MAX,
  type RoomEvent,
} from '@banter/protocol';
import { type Database, type Statement, statements } from '../database/database.ts';
import { refusal } from '../rows/refusals.ts';
import type { ChangeResult, NewChange, NewMessage } from './appender.ts';

export const APPEND_SQL = statements('append', {
  messages:
    'SELECT item, outcome, seq, at, mentions, quote, now, wait_ms FROM append_messages($1, $2, $3, $4, $5, $6, $7)',
  entries: 'SELECT item, outcome, seq, at FROM append_entries($1, $2, $3)',
  enter: 'SELECT 1 AS item, outcome, seq, at FROM append_enter($1, $2, $3)',
  kick: 'SELECT 1 AS item, outcome, seq, at FROM append_kick($1, $2, $3, $4)',
  ban: 'SELECT 1 AS item, outcome, seq, at FROM append_ban($1, $2, $3, $4, $5)',
  unban: 'SELECT 1 AS item, outcome, seq, at FROM append_unban($1, $2, $3)',
  mute: 'SELECT 1 AS item, outcome, seq, at FROM append_mute($1, $2, $3, $4)',
  slow: 'SELECT 1 AS item, outcome, seq, at FROM append_slow($1, $2, $3)',
  role: 'SELECT 1 AS item, outcome, seq, at FROM append_role($1, $2, $3, $4)',
  topic: 'SELECT 1 AS item, outcome, seq, at FROM append_topic($1, $2, $3)',
  rename: 'SELECT 1 AS item, outcome, seq, at FROM append_rename($1, $2, $3)',
  archive: 'SELECT 1 AS item, outcome, seq, at FROM append_archive($1, $2)',
  restore: 'SELECT 1 AS item, outcome, seq, at FROM append_restore($1, $2)',
  edit: 'SELECT 1 AS item, outcome, seq, at, mentions FROM append_edit($1, $2, $3, $4, $5)',
  delete: 'SELECT 1 AS item, outcome, seq, at FROM append_delete($1, $2, $3)',
  react: `SELECT 1 AS item, outcome, seq, at FROM append_react($1, $2, $3, $4, $5, ${REACTION_KINDS_MAX})`,
});

/** What became of one message of a batch. */
export type MessageOutcome =
  | ({ outcome: 'stored' | 'duplicate' } & Committed)
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
    batch.map((message) => message.kind ?? null),
    batch.map((message) => namesOf(message)),
  ]);
  const outcomes: MessageOutcome[] = new Array(batch.length);
  for (const row of rows) outcomes[row.item - 1] = toOutcome(row);
  return outcomes;
}

/** A join or a leave: the acts that come in crowds, and share a statement. */
export function isJoinOrLeave({ type }: NewChange): boolean {
  return type === 'join' || type === 'leave';
}

/**
 * Stores joins and leaves, each person at most once, or one other act, in one statement. What became of each stands in
 * their order; a ChatError is a refusal. @throws as Database.query.
 */
export async function insertChanges(
  database: Database,
  changes: readonly NewChange[],
): Promise<(ChangeResult | ChatError)[]> {
  const { statement, values } = callFor(changes);
  const rows = await database.query<ChangeRow>(statement, values);
  const outcomes: (ChangeResult | ChatError)[] = new Array(changes.length);
  for (const row of rows) {
    const place = row.item - 1;
    const change = changes[place];
    if (change) outcomes[place] = toChanged(change, row);
  }
  return outcomes;
}

/** The event of a stored message. */
export function toMessageEvent(message: NewMessage, place: Committed): RoomEvent {
  return { type: 'message', ...committedMessage(message, place) };
}

/** A stored message as history would serve it; of a repeat, with what it has become. */
export function committedMessage(message: NewMessage, { seq, at, mentions, quote, now }: Committed): Message {
  const { roomId, userId, username, content, id, kind, replyTo } = message;
  const stored: Message = { roomId, seq, at, userId, username, id, ...(now ?? { content }) };
  if (kind !== undefined) stored.kind = kind;
  if (replyTo !== undefined) stored.replyTo = replyTo;
  if (quote) stored.quote = quote;
  return mentions ? { ...stored, ...toCalls(mentions) } : stored;
}

/** Whom a text calls, as the wire tells it: the store has 0 for the room. */
export function toCalls(mentions: readonly number[] | null): Pick<Message, 'mentions' | 'mentionsRoom'> {
  const people = mentions?.filter((id) => id !== 0) ?? [];
  return {
    ...(people.length > 0 ? { mentions: people } : {}),
    ...(mentions?.includes(0) ? { mentionsRoom: true as const } : {}),
  };
}

/** Where a commit put a message, whom it calls (0: the room), what it answers, and of a repeat what it is now. */
export type Committed = {
  seq: number;
  at: string;
  mentions?: number[] | null;
  quote?: Quote | null;
  now?: Pick<Message, 'content' | 'editedAt' | 'deletedAt'> | null;
};

type MessageRow = Required<Committed> & { item: number; outcome: string; wait_ms: number | null };
type ChangeRow = { item: number; outcome: string; seq: number; at: string; mentions?: number[] | null };
type ChangeOf<T extends NewChange['type']> = Extract<NewChange, { type: T }>;
type Solo = Exclude<NewChange['type'], 'join' | 'leave'>;
type Call = { statement: Statement; values: unknown[] };

/** Acts that stand alone: the statement, and what it takes behind room and actor. */
const SOLO: { [T in Solo]: (change: ChangeOf<T>) => [Statement, unknown[]] } = {
  enter: ({ invitation }) => [APPEND_SQL.enter, [invitation]],
  archive: () => [APPEND_SQL.archive, []],
  restore: () => [APPEND_SQL.restore, []],
  kick: ({ target, reason }) => [APPEND_SQL.kick, [target.id, reason ?? '']],
  ban: ({ target, until, reason }) => [APPEND_SQL.ban, [target.id, until ?? null, reason ?? '']],
  unban: ({ target }) => [APPEND_SQL.unban, [target.id]],
  mute: ({ target, until }) => [APPEND_SQL.mute, [target.id, until ?? null]],
  slow: ({ seconds }) => [APPEND_SQL.slow, [seconds]],
  role: ({ target, role }) => [APPEND_SQL.role, [target.id, role]],
  topic: ({ topic }) => [APPEND_SQL.topic, [topic]],
  rename: ({ name }) => [APPEND_SQL.rename, [name]],
  edit: (edit) => [APPEND_SQL.edit, [edit.target, edit.content, namesOf(edit)]],
  delete: ({ target }) => [APPEND_SQL.delete, [target]],
  react: ({ target, emoji, on }) => [APPEND_SQL.react, [target, emoji, on]],
};

function callFor(changes: readonly NewChange[]): Call {
  const [first] = changes;
  if (first && !isJoinOrLeave(first)) {
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

function toChanged(change: NewChange, row: ChangeRow): ChangeResult | ChatError {
  if (row.outcome === 'done') return { changed: true, event: toChangeEvent(change, row) };
  if (row.outcome === 'unchanged') return { changed: false };
  // Behind a blank: the milliseconds after which it may be otherwise.
  const [word = '', waitMs] = row.outcome.split(' ');
  // Of an edit it is no matter of roles.
  const outcome = word === 'forbidden' && change.type === 'edit' ? 'not_author' : word;
  return refusal(outcome, waitMs === undefined ? undefined : Number(waitMs));
}

/** The names of a text as the store takes them: no name has a blank. */
function namesOf({ names }: { names?: readonly string[] }): string | null {
  return names && names.length > 0 ? names.join(' ') : null;
}

function toOutcome({ item: _, outcome, wait_ms: waitMs, ...place }: MessageRow): MessageOutcome {
  if (outcome === 'stored' || outcome === 'duplicate') return { outcome, ...place };
  return { outcome: 'refused', error: refusal(outcome, waitMs ?? undefined) };
}

function toChangeEvent(change: NewChange, { seq, at, mentions }: ChangeRow): RoomEvent {
  const { actor, ...rest } = change;
  const fact = { roomId: change.roomId, seq, at, userId: actor.id, username: actor.username };
  if (rest.type === 'enter') return { type: 'join', ...fact };
  if (rest.type === 'edit') {
    const { names: _, ...edit } = rest;
    return { ...edit, ...fact, ...toCalls(mentions ?? null) };
  }
  if (!isPersonal(rest)) return { ...rest, ...fact };
  const { target, ...act } = rest;
  return { ...act, ...fact, target: target.id, targetUsername: target.username };
}
