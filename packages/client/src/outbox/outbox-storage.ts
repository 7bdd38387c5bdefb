/** The outbox's copy in a browser's storage, so that unsent messages survive a reload. */
import { ChatError, COMMAND_ID_PATTERN, isErrorCode } from '@banter/protocol';
import type { SendAbout } from '../types/log.ts';

/** The part of `localStorage` that the outbox uses. Each method may throw. */
export type KeyValueStorage = {
  /** Returns a value, or null. */
  getItem(key: string): string | null;
  /** Sets a value. */
  setItem(key: string, value: string): void;
  /** Removes a value. */
  removeItem(key: string): void;
};

/** A send that the server has not stored yet. `error` is present when it failed. */
export type StoredSend = SendAbout & {
  id: string;
  roomId: number;
  content: string;
  at: string;
  error?: ChatError;
};

/**
 * The stored sends of one user. All tabs of that user share them, so each change reads the list again. A full or forbidden
 * storage is ignored: the messages then stay in memory only.
 */
export class OutboxStorage {
  readonly #storage: KeyValueStorage | null;
  readonly #key: string;

  constructor(storage: KeyValueStorage | null, userId: number) {
    this.#storage = storage;
    this.#key = `banter.outbox.${userId}`;
  }

  /** Returns the stored sends in the order typed; damaged ones are left out. */
  load(): StoredSend[] {
    try {
      const list: unknown = JSON.parse(this.#storage?.getItem(this.#key) ?? '[]');
      return Array.isArray(list) ? list.filter(isStoredSend).map(revive) : [];
    } catch {
      return [];
    }
  }

  /** Adds a send at the end, or replaces the one with the same id in its place. */
  save(send: StoredSend): void {
    const sends = this.load();
    const index = sends.findIndex((each) => each.id === send.id);
    if (index < 0) sends.push(send);
    else sends[index] = send;
    this.#write(sends);
  }

  /** Removes a send. */
  remove(id: string): void {
    const sends = this.load();
    const rest = sends.filter((each) => each.id !== id);
    if (rest.length < sends.length) this.#write(rest);
  }

  /** Removes all sends. */
  clear(): void {
    this.#write([]);
  }

  #write(sends: StoredSend[]): void {
    try {
      if (sends.length === 0) this.#storage?.removeItem(this.#key);
      else this.#storage?.setItem(this.#key, JSON.stringify(sends.map(flatten)));
    } catch {
      // The storage is full or forbidden.
    }
  }
}

type FlatSend = Omit<StoredSend, 'error'> & { error?: { code: string; message: string } };

function flatten({ error, ...send }: StoredSend): FlatSend {
  return { ...send, ...(error ? { error: { code: error.code, message: error.message } } : {}) };
}

function revive({ error, ...send }: FlatSend): StoredSend {
  const code = isErrorCode(error?.code) ? error.code : 'internal';
  return { ...send, ...(error ? { error: new ChatError(code, error.message) } : {}) };
}

function isStoredSend(value: unknown): value is FlatSend {
  const send = value as Partial<FlatSend> | null;
  return (
    typeof send?.id === 'string' &&
    COMMAND_ID_PATTERN.test(send.id) &&
    Number.isSafeInteger(send.roomId) &&
    typeof send.content === 'string' &&
    typeof send.at === 'string'
  );
}
