/** Rows of a room's log: what they are made of, how they are named, where they stand. */
import { isNotice, type Message, type MessageEvent, type RoomEvent } from '@banter/protocol';
import type { LogEntry, MessageEntry } from '../types/log.ts';

/** The row of a message. One's own is named by its id, which it had before it had a seq. */
export function messageRow(message: Message, ownUserId: number | undefined): MessageEntry {
  const isOwn = message.userId === ownUserId;
  return { kind: 'message', key: isOwn ? `m:${message.id}` : keyOf(message), message };
}

/** The row of an event; null for one of a kind that this version does not know. */
export function eventRow(event: RoomEvent, ownUserId: number | undefined): LogEntry | null {
  if (event.type === 'message') return messageRow(messageOf(event), ownUserId);
  return isNotice(event) ? { kind: 'notice', key: keyOf(event), event } : null;
}

/** A message event as history would serve it. */
export function messageOf({ type: _, ...message }: MessageEvent): Message {
  return message;
}

/** The place of a row: its seq, or infinity for one that has none yet. */
export function seqOf(entry: LogEntry): number {
  if (entry.kind === 'message') return entry.message.seq;
  if (entry.kind === 'notice') return entry.event.seq;
  return entry.kind === 'hole' ? entry.after + 1 : Number.POSITIVE_INFINITY;
}

function keyOf({ roomId, seq }: { roomId: number; seq: number }): string {
  return `s:${roomId}:${seq}`;
}
