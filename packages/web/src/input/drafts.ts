/** Unsent text of each room's input, kept across reloads. */
import type { KeyValueStorage } from '@banter/client';

/** The drafts of one person. */
export type Drafts = {
  /** The draft of a room; empty without one. */
  get(roomId: number): string;
  /** Stores a room's draft; an empty `text` removes it. */
  set(roomId: number, text: string): void;
};

/** Creates the drafts of one person in `storage`. */
export function createDrafts(storage: KeyValueStorage, userId: number): Drafts {
  const keyOf = (roomId: number) => `banter.draft.${userId}.${roomId}`;
  return {
    get: (roomId) => storage.getItem(keyOf(roomId)) ?? '',
    set(roomId, text) {
      if (text === '') storage.removeItem(keyOf(roomId));
      else storage.setItem(keyOf(roomId), text);
    },
  };
}
