/** Edits and replies that are being written, by room. */
import type { Quote } from '@banter/protocol';
import { type Signal, signal } from '@preact/signals';

/**
 * `edit`: the input replaces the text of the message at `seq`. Afterwards `returnFocus` focuses the row in which the edit
 * began; null when it began in the input. `reply`: the next message replies to the one at `seq`.
 */
export type Composing = Edit | { kind: 'reply'; seq: number; quote: Quote };

/** An edit of an own message. */
export type Edit = { kind: 'edit'; seq: number; returnFocus: (() => void) | null };

/** The edit or reply of each room, as a signal. */
export type ComposingByRoom = {
  /** Null when the room's input is for a new message. */
  of(roomId: number): Composing | null;
  /** Starts an edit or reply in a room; null ends it. */
  set(roomId: number, composing: Composing | null): void;
};

/** Creates the state with neither edits nor replies. */
export function createComposing(): ComposingByRoom {
  const all: Signal<ReadonlyMap<number, Composing>> = signal(new Map());
  return {
    of: (roomId) => all.value.get(roomId) ?? null,
    set(roomId, composing) {
      const next = new Map(all.peek());
      if (composing === null) next.delete(roomId);
      else next.set(roomId, composing);
      all.value = next;
    },
  };
}
