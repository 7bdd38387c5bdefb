/** What stands unsent in each room's input, kept across reloads. */
import type { KeyValueStorage } from '../page/storage.ts';

export type Drafts = {
  /** The draft of a room; empty when there is none. */
  get(roomId: number): string;
  /** Keeps `text` for the room; an empty one is forgotten. */
  set(roomId: number, text: string): void;
};

/** Drafts of one person, in `storage`. */
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
