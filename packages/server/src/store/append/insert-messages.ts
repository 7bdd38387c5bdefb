/** Stores a batch of messages. */
import { ChatError } from '@banter/protocol';
import type { Database } from '../database/database.ts';
import { refusal } from '../rows/refusals.ts';
import { APPEND_SQL, joinNames } from './append-sql.ts';
import type { AppendResult, Committed, NewMessage } from './types.ts';

/**
 * Stores a batch in one statement. Returns the outcomes in the order of the messages; a ChatError means that the
 * message was refused. @throws as Database.query.
 */
export async function insertMessages(
  database: Pick<Database, 'query'>,
  batch: readonly NewMessage[],
): Promise<(AppendResult | ChatError)[]> {
  const places = placesInRooms(batch);
  const rows = await insert(database, batch, places);
  const outcomes: (AppendResult | ChatError)[] = new Array(batch.length);
  for (const row of rows) outcomes[row.item - 1] = toOutcome(row);
  const isOnePass = rows.length < batch.length && rows.every(({ outcome }) => outcome === 'stored');
  return isOnePass ? withOthersStored(outcomes, batch, places) : outcomes;
}

type MessageRow = Required<Committed> & { item: number; outcome: string; wait_ms: number | null };

function insert(
  database: Pick<Database, 'query'>,
  batch: readonly NewMessage[],
  places: readonly number[],
): Promise<MessageRow[]> {
  const [first] = batch;
  if (first && batch.length === 1 && first.replyTo === undefined && !first.names?.length) {
    const { roomId, userId, id, content, kind = null } = first;
    return database.query<MessageRow>(APPEND_SQL.message, [roomId, userId, id, content, kind]);
  }
  const ids = batch.map(({ id }) => id);
  return database.query<MessageRow>(APPEND_SQL.messages, [
    batch.map(({ roomId }) => roomId),
    batch.map(({ userId }) => userId),
    ids,
    batch.map(({ content }) => content),
    batch.map(({ replyTo = null }) => replyTo),
    batch.map(({ kind = null }) => kind),
    batch.map(joinNames),
    // A batch with a repeat of its own is judged message by message.
    new Set(ids).size < ids.length ? null : places,
  ]);
}

/** Numbers each room's messages of a batch from 1. */
function placesInRooms(batch: readonly NewMessage[]): number[] {
  const counts = new Map<number, number>();
  return batch.map(({ roomId }) => {
    const place = (counts.get(roomId) ?? 0) + 1;
    counts.set(roomId, place);
    return place;
  });
}

/** Adds the outcomes that the store left out, because they follow from the first message of their room. */
function withOthersStored(
  outcomes: (AppendResult | ChatError)[],
  batch: readonly NewMessage[],
  places: readonly number[],
): (AppendResult | ChatError)[] {
  const firsts = new Map<number, AppendResult>();
  for (const [i, { roomId }] of batch.entries()) {
    const outcome = outcomes[i];
    const first = firsts.get(roomId);
    if (!outcome && first)
      outcomes[i] = { seq: first.seq + (places[i] ?? 0) - 1, at: first.at, duplicate: false };
    else if (!first && outcome && !(outcome instanceof ChatError)) firsts.set(roomId, outcome);
  }
  return outcomes;
}

function toOutcome(row: MessageRow): AppendResult | ChatError {
  const { outcome, seq, at, mentions, quote, now, wait_ms: waitMs } = row;
  if (outcome !== 'stored' && outcome !== 'duplicate') return refusal(outcome, waitMs ?? undefined);
  return { seq, at, mentions, quote, now, duplicate: outcome === 'duplicate' };
}
