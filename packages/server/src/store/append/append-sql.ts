/** The append's statements. */
import { type ChatError, REACTION_KINDS_MAX } from '@banter/protocol';
import { type Database, type Statement, statements } from '../database/database.ts';
import { refusal } from '../rows/refusals.ts';
import { toChangeEvent } from './append-events.ts';
import type { ChangeResult, NewChange } from './types.ts';

type ChangeOf<T extends NewChange['type']> = Extract<NewChange, { type: T }>;
type SingleType = Exclude<NewChange['type'], 'join' | 'leave'>;

/** For each act that is stored alone: the call of its SQL function, and the parameters after the room and the actor. */
const SINGLE_ACTS: { [T in SingleType]: [call: string, more: (change: ChangeOf<T>) => unknown[]] } = {
  enter: ['append_enter($1, $2, $3)', ({ invitation }) => [invitation]],
  accept: ['append_accept($1, $2)', () => []],
  kick: ['append_kick($1, $2, $3, $4)', ({ target, reason }) => [target.id, reason ?? '']],
  ban: [
    'append_ban($1, $2, $3, $4, $5)',
    ({ target, until, reason }) => [target.id, until ?? null, reason ?? ''],
  ],
  unban: ['append_unban($1, $2, $3)', ({ target }) => [target.id]],
  mute: ['append_mute($1, $2, $3, $4)', ({ target, until }) => [target.id, until ?? null]],
  slow: ['append_slow($1, $2, $3)', ({ seconds }) => [seconds]],
  role: ['append_role($1, $2, $3, $4)', ({ target, role }) => [target.id, role]],
  topic: ['append_topic($1, $2, $3)', ({ topic }) => [topic]],
  rename: ['append_rename($1, $2, $3)', ({ name }) => [name]],
  archive: ['append_archive($1, $2)', () => []],
  restore: ['append_restore($1, $2)', () => []],
  edit: ['append_edit($1, $2, $3, $4, $5)', (edit) => [edit.target, edit.content, joinNames(edit)]],
  delete: ['append_delete($1, $2, $3)', ({ target }) => [target]],
  react: [
    `append_react($1, $2, $3, $4, $5, ${REACTION_KINDS_MAX})`,
    ({ target, emoji, on }) => [target, emoji, on],
  ],
};

const SINGLE_TEXTS = Object.fromEntries(
  Object.entries(SINGLE_ACTS).map(([type, [call]]) => [type, `SELECT 1 AS item, act.* FROM ${call} act`]),
) as Record<SingleType, string>;

/** One statement per kind of act, and one for a batch of messages. All of them lock the rooms that they write to. */
export const APPEND_SQL = statements('append', {
  messages:
    'SELECT item, outcome, seq, at, mentions, quote, now, wait_ms FROM append_messages($1, $2, $3, $4, $5, $6, $7, $8)',
  message:
    'SELECT item, outcome, seq, at, mentions, quote, now, wait_ms FROM append_message($1, $2, $3, $4, $5)',
  entries: 'SELECT item, outcome, seq, at FROM append_joins_and_leaves($1, $2, $3)',
  ...SINGLE_TEXTS,
});

/** Whether an act is a join or a leave. These come in crowds, so they share a statement. */
export function isJoinOrLeave({ type }: NewChange): boolean {
  return type === 'join' || type === 'leave';
}

/**
 * Stores a batch of joins and leaves, or one other act, in one statement. A person may be in a batch once per room.
 * Returns the outcomes in the order of the acts; a ChatError means that the act was rejected. @throws as Database.query.
 */
export async function insertChanges(
  database: Database,
  changes: readonly NewChange[],
): Promise<(ChangeResult | ChatError)[]> {
  const { statement, values } = callFor(changes);
  const rows = await database.query<ChangeRow>(statement, values);
  const outcomes: (ChangeResult | ChatError)[] = new Array(changes.length);
  for (const row of rows) {
    const index = row.item - 1;
    const change = changes[index];
    if (change) outcomes[index] = toChangeOutcome(change, row);
  }
  return outcomes;
}

type ChangeRow = { item: number; outcome: string; seq: number; at: string; mentions?: number[] | null };
type Call = { statement: Statement; values: unknown[] };

function callFor(changes: readonly NewChange[]): Call {
  const [first] = changes;
  if (first && !isJoinOrLeave(first)) {
    const type = first.type as SingleType;
    const [, more] = SINGLE_ACTS[type];
    return { statement: APPEND_SQL[type], values: [first.roomId, first.actor.id, ...more(first as never)] };
  }
  const columns = [
    changes.map((change) => change.roomId),
    changes.map((change) => change.actor.id),
    changes.map((change) => change.type),
  ];
  return { statement: APPEND_SQL.entries, values: columns };
}

/** Joins the names in a text for the store, or returns null for none. A name has no space. */
export function joinNames({ names }: { names?: readonly string[] }): string | null {
  return names && names.length > 0 ? names.join(' ') : null;
}

function toChangeOutcome(change: NewChange, row: ChangeRow): ChangeResult | ChatError {
  if (row.outcome === 'done') return { changed: true, event: toChangeEvent(change, row) };
  if (row.outcome === 'unchanged') return { changed: false };
  // A space may follow, and the milliseconds after which a retry may succeed.
  const [code = '', waitMs] = row.outcome.split(' ');
  // Only authors edit: the usual text, which speaks of roles, would mislead.
  const reason = code === 'forbidden' && change.type === 'edit' ? 'not_author' : code;
  return refusal(reason, waitMs === undefined ? undefined : Number(waitMs));
}
