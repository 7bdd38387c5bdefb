/** The outbox's copy in a browser's storage: what was typed survives a reload. Other tabs of the same person share it. */
import { ChatError, COMMAND_ID_PATTERN, isErrorCode } from '@banter/protocol';
import type { SendAbout } from '../types/log.ts';

/** The part of `localStorage` that is used. */
export type KeyValueStorage = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** A send that is not stored on the server yet. */
export type StoredSend = SendAbout & {
  id: string;
  roomId: number;
  content: string;
  at: string;
  error?: ChatError;
};

export type OutboxStorage = {
  load(): StoredSend[];
  /** Adds a send at the end, or replaces the one with its id where it stands. */
  put(send: StoredSend): void;
  remove(id: string): void;
  clear(): void;
};

/**
 * The sends kept for one user. Each change reads the list anew, because another tab may have written it.
 * A storage that is full or forbidden is no reason to refuse a message: it stays in memory alone then.
 */
export function createOutboxStorage(storage: KeyValueStorage | null, userId: number): OutboxStorage {
  const key = `banter.outbox.${userId}`;

  function load(): StoredSend[] {
    try {
      const list: unknown = JSON.parse(storage?.getItem(key) ?? '[]');
      return Array.isArray(list) ? list.filter(isStored).map(revive) : [];
    } catch {
      return [];
    }
  }

  function save(sends: StoredSend[]): void {
    try {
      if (sends.length === 0) storage?.removeItem(key);
      else storage?.setItem(key, JSON.stringify(sends.map(flatten)));
    } catch {
      // Full or forbidden: see above.
    }
  }

  return {
    load,
    put(send) {
      const sends = load();
      const place = sends.findIndex((each) => each.id === send.id);
      if (place < 0) sends.push(send);
      else sends[place] = send;
      save(sends);
    },
    remove(id) {
      const sends = load();
      const rest = sends.filter((each) => each.id !== id);
      if (rest.length < sends.length) save(rest);
    },
    clear: () => save([]),
  };
}

type Flat = Omit<StoredSend, 'error'> & { error?: { code: string; message: string } };

function flatten({ error, ...send }: StoredSend): Flat {
  return { ...send, ...(error ? { error: { code: error.code, message: error.message } } : {}) };
}

function revive({ error, ...send }: Flat): StoredSend {
  const code = isErrorCode(error?.code) ? error.code : 'internal';
  return { ...send, ...(error ? { error: new ChatError(code, error.message) } : {}) };
}

function isStored(value: unknown): value is Flat {
  const item = value as Partial<Flat> | null;
  return (
    typeof item?.id === 'string' &&
    COMMAND_ID_PATTERN.test(item.id) &&
    Number.isSafeInteger(item.roomId) &&
    typeof item.content === 'string' &&
    typeof item.at === 'string'
  );
}
