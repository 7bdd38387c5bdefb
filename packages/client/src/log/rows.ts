/** The rows of a room's log: how they are made, and their keys and order. */
import { isNotice, type Message, type MessageEvent, type RoomEvent } from '@banter/protocol';
import type { LogEntry, MessageEntry } from '../types/log.ts';

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

/** Returns the seq by which a row is ordered. A hole has its first missing seq, a pending row infinity. */
export function seqOf(entry: LogEntry): number {
  if (entry.kind === 'message') return entry.message.seq;
  if (entry.kind === 'notice') return entry.event.seq;
  return entry.kind === 'hole' ? entry.after + 1 : Number.POSITIVE_INFINITY;
}

function seqKey({ roomId, seq }: { roomId: number; seq: number }): string {
  return `s:${roomId}:${seq}`;
}
