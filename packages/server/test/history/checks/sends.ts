/** The checks of sends: LOST, GHOST, DUP, LIVENESS. */

import type { Finding } from '../check.ts';
import { answerOf, earliestStore, type IndexedHistory, is, type Send, sendKey } from '../indexed.ts';
import type { Entry } from '../record.ts';
import type { FinalState, Row } from '../state.ts';

/** Every acknowledged message is stored at its seq with its content, and history shows it [S1]. */
export function lost({ sends }: IndexedHistory, state: FinalState): Finding[] {
  const rows = new Map<string, Row>();
  const shown = new Set<string>();
  for (const room of state.values()) {
    for (const row of room.rows) rows.set(`${room.roomId}:${row.seq}`, row);
    for (const { seq, hash } of room.shown) shown.add(`${room.roomId}:${seq}:${hash}`);
  }
  return [...sends.values()].flatMap((send) => {
    const ok = answerOf(send);
    if (!ok) return [];
    const place = `${send.roomId}:${ok.seq}`;
    const row = rows.get(place);
    const acked = `room ${send.roomId}: ${send.id} was acknowledged with seq ${ok.seq}`;
    if (!row || row.id !== send.id || row.userId !== send.userId)
      return [{ text: `${acked}, but the store has ${describe(row)} there`, evidence: evidenceOf(send) }];
    if (row.hash !== send.hash)
      return [{ text: `${acked}, but the store has another content there`, evidence: evidenceOf(send) }];
    if (!shown.has(`${place}:${send.hash}`))
      return [{ text: `${acked}, but history does not show it`, evidence: evidenceOf(send) }];
    return [];
  });
}

/** A message whose attempts were all rejected is not stored, and nothing is stored or shown that nobody sent [S3]. */
export function ghost({ sends, entries }: IndexedHistory, state: FinalState): Finding[] {
  const findings: Finding[] = [];
  for (const room of state.values()) {
    for (const row of room.rows) {
      if (row.id === null) continue;
      const send = sends.get(sendKey({ ...row, id: row.id }));
      const place = `room ${room.roomId}: ${row.id} is stored with seq ${row.seq}`;
      if (!send) findings.push({ text: `${place}, but nobody sent it`, evidence: [] });
      else if (earliestStore(send) === Number.POSITIVE_INFINITY)
        findings.push({ text: `${place}, but every attempt was rejected`, evidence: evidenceOf(send) });
    }
  }
  for (const entry of entries) {
    if (!is(entry, 'received') || entry.id === null) continue;
    const send = sends.get(sendKey({ roomId: entry.roomId, userId: entry.by, id: entry.id }));
    if (send && entry.t < earliestStore(send))
      findings.push({
        text: `room ${entry.roomId}: ${entry.id} was received before any attempt that could have stored it`,
        evidence: [...evidenceOf(send), entry],
      });
  }
  return findings;
}

/** A send is stored once, a seq is used once, and all answers to a send have the same seq [S2]. */
export function dup({ sends }: IndexedHistory, state: FinalState): Finding[] {
  const findings: Finding[] = [];
  for (const room of state.values()) {
    const byId = new Map<string, number>();
    const seqs = new Set<number>();
    for (const { seq, userId, id } of room.rows) {
      if (seqs.has(seq))
        findings.push({ text: `room ${room.roomId}: seq ${seq} is used twice`, evidence: [] });
      seqs.add(seq);
      if (id === null) continue;
      const key = sendKey({ roomId: room.roomId, userId, id });
      const first = byId.get(key);
      if (first !== undefined) {
        const send = sends.get(key);
        const text = `room ${room.roomId}: ${id} is stored with the seqs ${first} and ${seq}`;
        findings.push({ text, evidence: send ? evidenceOf(send) : [] });
      } else byId.set(key, seq);
    }
  }
  for (const send of sends.values()) {
    const seqs = new Set(send.attempts.flatMap(({ end }) => (end && is(end, 'ok') ? [end.seq] : [])));
    if (seqs.size > 1)
      findings.push({
        text: `room ${send.roomId}: ${send.id} was answered with the seqs ${[...seqs].join(', ')}`,
        evidence: evidenceOf(send),
      });
  }
  return findings;
}

/** Every send ends with an ok or a final rejection [S3]. */
export function liveness({ sends }: IndexedHistory): Finding[] {
  return [...sends.values()].flatMap((send) => {
    if (answerOf(send)) return [];
    const end = send.attempts.at(-1)?.end;
    if (end && is(end, 'refused') && !end.retryable) return [];
    const outcome = end
      ? is(end, 'refused')
        ? `rejected as retryable (${end.code})`
        : 'unknown'
      : 'unanswered';
    return [{ text: `room ${send.roomId}: ${send.id} is ${outcome} in the end`, evidence: evidenceOf(send) }];
  });
}

/** Returns a send's attempts and their ends, in order of time. */
export function evidenceOf({ attempts }: Send): Entry[] {
  return attempts.flatMap(({ invoke, end }): Entry[] => (end ? [invoke, end] : [invoke]));
}

function describe(row: Row | undefined): string {
  if (!row) return 'nothing';
  return row.id === null ? `a ${row.kind}` : `${row.id} of account ${row.userId}`;
}
