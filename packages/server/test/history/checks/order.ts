/** The checks of a room's order: DENSE, FIFO, REALTIME. */

import type { Finding } from '../check.ts';
import { answerOf, earliestStore, type IndexedHistory, is, type Send, sendKey } from '../indexed.ts';
import type { Answered, Entry } from '../record.ts';
import type { FinalState } from '../state.ts';
import { evidenceOf } from './sends.ts';

/** A room's seqs are 1, 2, … up to the room's head [O1]. */
export function dense(_history: IndexedHistory, state: FinalState): Finding[] {
  return [...state.values()].flatMap(({ roomId, lastSeq, rows }) => {
    const findings: Finding[] = [];
    let last = 0;
    for (const { seq } of rows) {
      if (seq > last + 1)
        findings.push({
          text: `room ${roomId}: no event has a seq between ${last} and ${seq}`,
          evidence: [],
        });
      last = Math.max(last, seq);
    }
    if (last !== lastSeq)
      findings.push({
        text: `room ${roomId}: the head is ${lastSeq}, but the last event is ${last}`,
        evidence: [],
      });
    return findings;
  });
}

/** A connection's sends to a room are stored in the order sent, apart from repeats [S4]. */
export function fifo({ attempts, sends }: IndexedHistory): Finding[] {
  const findings: Finding[] = [];
  const last = new Map<string, Entry<Answered>>();
  for (const { invoke, end } of attempts) {
    if (invoke.overHttp || !end || !is(end, 'ok')) continue;
    const send = sends.get(sendKey(invoke));
    // A repeat of an acknowledged send keeps its seq.
    if (!send || wasAnsweredBefore(send, invoke.t)) continue;
    const key = `${invoke.connection}:${invoke.roomId}`;
    const before = last.get(key);
    if (before && before.seq >= end.seq) {
      const text = `room ${invoke.roomId}: ${invoke.connection} sent ${before.id} before ${invoke.id}, but they have the seqs ${before.seq} and ${end.seq}`;
      findings.push({ text, evidence: [before, invoke, end] });
    } else last.set(key, end);
  }
  return findings;
}

/** A send that began after another's ok has a higher seq [O3]. */
export function realtime({ sends }: IndexedHistory): Finding[] {
  const findings: Finding[] = [];
  const moments = [...sends.values()].flatMap(momentsOf).sort((a, b) => a.t - b.t || a.rank - b.rank);
  const highest = new Map<number, Moment>();
  for (const moment of moments) {
    const { send, seq, rank } = moment;
    const top = highest.get(send.roomId);
    if (rank === END) {
      if (!top || seq > top.seq) highest.set(send.roomId, moment);
    } else if (top && seq <= top.seq) {
      const text = `room ${send.roomId}: ${send.id} got ${seq}, although it began after the ok of ${top.seq}`;
      findings.push({ text, evidence: [...evidenceOf(top.send), ...evidenceOf(send)] });
    }
  }
  return findings;
}

/** The beginning of a send, or its first ok. At the same time beginnings come first, because they may have overlapped. */
type Moment = { t: number; rank: typeof BEGIN | typeof END; seq: number; send: Send };
const BEGIN = 0;
const END = 1;

function momentsOf(send: Send): Moment[] {
  const ok = answerOf(send);
  if (!ok) return [];
  const { seq } = ok;
  return [
    { t: earliestStore(send), rank: BEGIN, seq, send },
    { t: ok.t, rank: END, seq, send },
  ];
}

function wasAnsweredBefore({ attempts }: Send, t: number): boolean {
  return attempts.some(({ end }) => end?.kind === 'ok' && end.t < t);
}
