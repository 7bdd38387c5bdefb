/** An event as the hub keeps it: encoded once, for all who get it. */
import { encodeEvent, fencedUserId, type RoomEvent } from '@banter/protocol';

/** An event with its encoded line, and the facts that delivery needs. */
export type EncodedEvent = {
  readonly seq: number;
  readonly line: string;
  /** The user whom the event removes from the room [A3]; null for none. */
  readonly fencedUserId: number | null;
};

/** Encodes an event. */
export function toEncodedEvent(event: RoomEvent): EncodedEvent {
  return { seq: event.seq, line: encodeEvent(event), fencedUserId: fencedUserId(event) };
}
