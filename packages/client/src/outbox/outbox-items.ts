/** The sends of an outbox in the order typed, in memory and in the storage. */
import type { ChatError } from '@banter/protocol';
import type { PendingEntry } from '../types/log.ts';
import type { OutboxStorage, StoredSend } from './outbox-storage.ts';

/** A send, its row, and the times that decide about its retries. */
export type OutboxItem = PendingEntry & {
  roomId: number;
  /** The clock when it was last sent, in milliseconds. */
  sentAtMs: number;
  /** The connected time at its first rejection, in milliseconds; null before that. */
  rejectedAtMs: number | null;
};

/** Owns the items. Adding and removing one also changes the storage; `save` stores its state. */
export class OutboxItems {
  #items: OutboxItem[] = [];
  #storage: OutboxStorage | null = null;

  /** Loads what an earlier visit left. */
  open(storage: OutboxStorage): void {
    this.#storage = storage;
    this.#items = storage.load().map(itemOf);
  }

  /** Forgets all items; with `erase`, also those in the storage. */
  close(erase: boolean): void {
    if (erase) this.#storage?.clear();
    this.#storage = null;
    this.#items = [];
  }

  /** All items; a new array after each removal. */
  get all(): readonly OutboxItem[] {
    return this.#items;
  }

  /** Returns the item with that id. */
  find(id: string): OutboxItem | undefined {
    return this.#items.find((item) => item.id === id);
  }

  /** Returns the number of unanswered sends, in one room or in all. */
  countSent(roomId?: number): number {
    let count = 0;
    for (const item of this.#items) {
      if (item.status === 'sent' && (roomId === undefined || item.roomId === roomId)) count++;
    }
    return count;
  }

  /** Adds a send at the end. */
  add(send: StoredSend): OutboxItem {
    const item = itemOf(send);
    this.#items.push(item);
    this.save(item);
    return item;
  }

  /** Sets the status of an item, and the error that a failed one has. It waits for nothing then. */
  setStatus(item: OutboxItem, status: PendingEntry['status'], error?: ChatError): void {
    item.status = status;
    delete item.wait;
    if (error) item.error = error;
    else delete item.error;
  }

  /** Stores the item's current state. */
  save(item: OutboxItem): void {
    this.#storage?.save(storedOf(item));
  }

  /** Removes an item. */
  remove(item: OutboxItem): void {
    this.#items = this.#items.filter((each) => each !== item);
    this.#storage?.remove(item.id);
  }
}

/** Returns the row of an item. */
export function entryOf({ roomId: _, sentAtMs: __, rejectedAtMs: ___, ...entry }: OutboxItem): PendingEntry {
  return entry;
}

function itemOf({ error, ...send }: StoredSend): OutboxItem {
  const status = error ? 'failed' : 'queued';
  const state = { status, sentAtMs: 0, rejectedAtMs: null, ...(error ? { error } : {}) } as const;
  return { kind: 'pending', key: `m:${send.id}`, ...send, ...state };
}

function storedOf(item: OutboxItem): StoredSend {
  const { kind: _, key: __, status: ___, sentAtMs: ____, rejectedAtMs: _____, wait: ______, ...send } = item;
  return send;
}
