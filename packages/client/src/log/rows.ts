/** The rows of a room's log: how they are made, and their keys and order. */
import { isNotice, type Message, type MessageEvent, type RoomEvent } from '@banter/protocol';
import type { LogEntry, MessageEntry, PendingEntry } from '../types/log.ts';

/** Returns the key of the caller's own message, pending or stored. It contains the id, because the seq comes later. */
export function ownMessageKey(id: string): string {
  return `m:${id}`;
}

/** Returns the row of a message. */
export function messageRow(message: Message, ownUserId: number | undefined): MessageEntry {
  const isOwn = message.userId === ownUserId;
  return { kind: 'message', key: isOwn ? ownMessageKey(message.id) : seqKey(message), message };
}

/** Returns the row of an event; null for an amendment, or a type that this version does not know. */
export function eventRow(event: RoomEvent, ownUserId: number | undefined): LogEntry | null {
  if (event.type === 'message') return messageRow(messageOf(event), ownUserId);
  return isNotice(event) ? { kind: 'notice', key: seqKey(event), event } : null;
}

/** Returns the message of an event, as history would contain it. */
export function messageOf({ type: _, ...message }: MessageEvent): Message {
  return message;
}

/**
 * Returns the seq by which a row is ordered. A hole has its first missing seq. A failed row is between two seqs, any other
 * pending row at infinity.
 */
export function seqOf(entry: LogEntry): number {
  if (entry.kind === 'message') return entry.message.seq;
  if (entry.kind === 'notice') return entry.event.seq;
  if (entry.kind === 'hole') return entry.after + 1;
  return entry.afterSeq === undefined ? Number.POSITIVE_INFINITY : entry.afterSeq + 0.5;
}

/** Returns a failed row with its place behind the rows of `page` that are older than it, unless it has a place. */
export function placedByTime(row: PendingEntry, page: readonly LogEntry[]): PendingEntry {
  const [first] = page;
  if (row.afterSeq !== undefined || first === undefined) return row;
  const older = page.findLast((each) => timeOf(each) <= row.at);
  return { ...row, afterSeq: older === undefined ? seqOf(first) - 1 : seqOf(older) };
}

function timeOf(entry: LogEntry): string {
  if (entry.kind === 'message') return entry.message.at;
  return entry.kind === 'notice' ? entry.event.at : '';
}

function seqKey({ roomId, seq }: { roomId: number; seq: number }): string {
  return `s:${roomId}:${seq}`;
}
