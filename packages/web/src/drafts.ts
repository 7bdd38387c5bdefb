/** What stands unsent in each room's input, kept across reloads. */

/** The part of the browser's storage that drafts need. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type Drafts = {
  /** The draft of a room; empty when there is none. */
  get(roomId: number): string;
  /** Keeps `text` for the room; an empty one is forgotten. */
  set(roomId: number, text: string): void;
};

/**
 * Drafts of one person, in `storage`. A full or refused storage costs only the reload:
 * the drafts stay in memory as well.
 */
export function createDrafts(storage: DraftStorage, userId: number): Drafts {
  const memory = new Map<number, string>();
  const nameOf = (roomId: number) => `banter.draft.${userId}.${roomId}`;
  return {
    get: (roomId) => memory.get(roomId) ?? attempt(() => storage.getItem(nameOf(roomId))) ?? '',
    set(roomId, text) {
      memory.set(roomId, text);
      attempt(() =>
        text === '' ? storage.removeItem(nameOf(roomId)) : storage.setItem(nameOf(roomId), text),
      );
    },
  };
}

function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    // Private windows and full disks refuse storage; the page works on without it.
    return null;
  }
}
