/**
 * Unsent text of each room's input, kept across reloads. Each tab has its own drafts in its session's storage, and a copy in
 * the storage of all tabs, for the next visit. A tab without a draft of its own begins with the newest of those copies.
 */
import type { KeyValueStorage } from '@banter/client';

/** Copies kept of one room's drafts, one for each tab that wrote there last. */
export const DRAFT_COPIES_MAX = 5;

/** The drafts of one person. */
export type Drafts = {
  /** The draft of a room; empty without one. */
  get(roomId: number): string;
  /** Stores a room's draft; an empty `text` removes it. */
  set(roomId: number, text: string): void;
  /** Removes the drafts of these rooms, and of those written in by this tab, also the copies of other tabs. */
  clear(roomIds: readonly number[]): void;
};

/** The storages of a Drafts. */
export type DraftsOptions = {
  /** Shared by all tabs, for longer than a visit. */
  shared: KeyValueStorage;
  /** Belongs to this tab, and outlives a reload. */
  own: KeyValueStorage;
  /** Makes the id of a tab. */
  newId(): string;
};

/** A tab's copy of a draft. */
type Copy = { tab: string; text: string };

const TAB_KEY = 'banter.tab';

/** Creates the drafts of one person. */
export function createDrafts({ shared, own, newId }: DraftsOptions, userId: number): Drafts {
  const tab = own.getItem(TAB_KEY) ?? newId();
  own.setItem(TAB_KEY, tab);
  const keyOf = (roomId: number) => `banter.draft.${userId}.${roomId}`;
  const written = new Set<number>();
  /** The copies of other tabs with which this tab began, by room. */
  const adopted = new Map<number, Copy>();
  const adopt = (roomId: number): string => {
    const copy = copiesIn(shared, keyOf(roomId)).at(-1);
    if (copy !== undefined) adopted.set(roomId, copy);
    return copy?.text ?? '';
  };
  // Empty text in the tab's own storage means that its draft was sent. Another tab's draft must not come in its place.
  const get = (roomId: number) => own.getItem(keyOf(roomId)) ?? adopt(roomId);

  return {
    get,
    set(roomId, text) {
      const key = keyOf(roomId);
      const taken = adopted.get(roomId);
      if (text === (own.getItem(key) ?? taken?.text ?? '')) return;
      const isOthers = (copy: Copy) =>
        copy.tab !== tab && (copy.tab !== taken?.tab || copy.text !== taken.text);
      const others = copiesIn(shared, key).filter(isOthers);
      own.setItem(key, text);
      write(shared, key, text === '' ? others : [...others, { tab, text }].slice(-DRAFT_COPIES_MAX));
      written.add(roomId);
    },
    clear(roomIds) {
      for (const roomId of new Set([...roomIds, ...written])) {
        own.removeItem(keyOf(roomId));
        shared.removeItem(keyOf(roomId));
      }
    },
  };
}

function copiesIn(storage: KeyValueStorage, key: string): Copy[] {
  const value = storage.getItem(key);
  if (value === null) return [];
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list) && list.every(isCopy)) return list;
  } catch {
    // An earlier version stored the text itself.
  }
  return [{ tab: '', text: value }];
}

function isCopy(value: unknown): value is Copy {
  const copy = value as Partial<Copy> | null;
  return typeof copy?.tab === 'string' && typeof copy.text === 'string';
}

function write(storage: KeyValueStorage, key: string, copies: readonly Copy[]): void {
  if (copies.length === 0) storage.removeItem(key);
  else storage.setItem(key, JSON.stringify(copies));
}
