/**
 * Sends that are not stored yet, in the order typed. Each keeps its id through every repeat, so that a repeat can do no harm;
 * a cut line is not a failure. After a refusal a room waits for all its answers, then goes on from its first unstored send.
 */
import { ChatError, checkContent, ERRORS, type Ok, type Send } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { PendingEntry, SendAbout } from '../types/log.ts';
import { createLanes } from './flow-control.ts';
import type { OutboxStorage, StoredSend } from './outbox-storage.ts';

/** A send that the server keeps refusing for so long, counted while connected, has failed. */
export const REFUSED_MAX_MS = 60_000;
/** Sends that may wait; beyond, a person should hear that nothing gets through. */
export const OUTBOX_MAX = 1_000;

export type OutboxOptions = {
  clock: Clock;
  random(): number;
  newId(): string;
  /** The wall clock, ISO 8601: only shown, never compared. */
  timestamp(): string;
  send(command: Send): boolean;
  /** A row appeared, or its status changed. */
  onRow(roomId: number, entry: PendingEntry): void;
  /** The server has stored it: here. */
  onStored(roomId: number, entry: PendingEntry, ok: Ok): void;
  /** A person took it back. */
  onDiscarded(roomId: number, id: string): void;
  /** Hears whenever the count or a failure changed. */
  onChange(): void;
  /** How long an answer took. */
  onRoundTrip(ms: number): void;
  /** This line cannot go on: the server waits for a send that will not come, or has stopped to believe the token. */
  onStuck(needsNewToken: boolean): void;
};

export type Outbox = {
  readonly queuedCount: number;
  /** Takes over what an earlier visit left. */
  open(storage: OutboxStorage): void;
  /** Forgets all sends here; what is in the storage stays, unless `erase`. */
  close(erase: boolean): void;
  add(roomId: number, content: string, about?: SendAbout): PendingEntry;
  retry(id: string): void;
  discard(id: string): string;
  /** A line is live and takes up to `window` unanswered sends. */
  connected(window: number): void;
  disconnected(): void;
  /** An `ok`; anything but an answer to a send is left alone. */
  stored(ok: Ok): void;
  /** An `error`; whether it was the answer to a send. */
  refused(id: string, error: ChatError): boolean;
  /** Slow mode has changed: what waits for it in that room is tried again. */
  resume(roomId: number): void;
  /** The message with that id was seen stored: no answer is needed any more. */
  seen(id: string): void;
};

type Item = PendingEntry & { roomId: number; sentAt: number; refusedAt: number | null };

/** The outbox of one client; see above. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, newId, timestamp, onRow, onChange } = options;
  let items: Item[] = [];
  let storage: OutboxStorage | null = null;
  let window = 0;
  let liveAt: number | null = null;
  let connectedMs = 0;

  const lanes = createLanes({ clock, random: options.random, onResume: pump });

  const find = (id: string) => items.find((item) => item.id === id);
  const inFlight = (roomId: number) =>
    items.filter((item) => item.roomId === roomId && item.status === 'sent').length;
  const livedMs = () => connectedMs + (liveAt === null ? 0 : clock.now() - liveAt);

  function setStatus(item: Item, status: PendingEntry['status'], error?: ChatError): void {
    item.status = status;
    if (error) item.error = error;
    else delete item.error;
    onRow(item.roomId, entryOf(item));
  }

  function take(item: Item): void {
    items = items.filter((each) => each !== item);
    storage?.remove(item.id);
  }

  /** Sends what may go: in order, a room that waits holding up only itself. */
  function pump(): void {
    if (liveAt === null) return;
    let free = window - items.filter((item) => item.status === 'sent').length;
    const closed = new Set<number>();
    for (const item of [...items]) {
      if (free <= 0) return;
      if (item.status !== 'queued' || closed.has(item.roomId)) continue;
      if (lanes.mayGo(item.roomId, inFlight(item.roomId)) && transmit(item)) free--;
      else closed.add(item.roomId);
    }
  }

  function transmit(item: Item): boolean {
    const { id, roomId, content, messageKind, replyTo } = item;
    const about = {
      ...(messageKind === undefined ? {} : { kind: messageKind }),
      ...(replyTo === undefined ? {} : { replyTo }),
    };
    if (!options.send({ op: 'send', id, roomId, content, ...about })) return false;
    item.sentAt = clock.now();
    setStatus(item, 'sent');
    return true;
  }

  /** Refused for now: it and what was sent after it in its room go again, in order. */
  function hold(item: Item, error: ChatError): void {
    item.refusedAt ??= livedMs();
    if (livedMs() - item.refusedAt >= REFUSED_MAX_MS) {
      fail(item, error);
      return;
    }
    setStatus(item, 'queued');
    if (!lanes.refused(item.roomId, item.id, error)) options.onStuck(false);
  }

  function fail(item: Item, error: ChatError): void {
    lanes.failed(item.roomId, item.id);
    setStatus(item, 'failed', error);
    storage?.put(storedOf(item));
    onChange();
  }

  function settle(item: Item): void {
    lanes.stored(item.roomId, item.id);
    if (item.status === 'sent') options.onRoundTrip(clock.now() - item.sentAt);
    take(item);
  }

  const outbox: Outbox = {
    get queuedCount() {
      return items.filter((item) => item.status !== 'failed').length;
    },
    open(next) {
      storage = next;
      items = next.load().map(itemOf);
      for (const item of items) onRow(item.roomId, entryOf(item));
      onChange();
      pump();
    },
    close(erase) {
      if (erase) storage?.clear();
      storage = null;
      items = [];
      outbox.disconnected();
      onChange();
    },
    add(roomId, raw, about = {}) {
      const checked = checkContent(raw);
      if (!checked.ok) throw new ChatError('invalid', checked.problem);
      if (items.length >= OUTBOX_MAX) {
        throw new ChatError('overloaded', `${OUTBOX_MAX} messages wait already: let them go first`);
      }
      const item = itemOf({ id: newId(), roomId, content: checked.text, at: timestamp(), ...about });
      items.push(item);
      storage?.put(storedOf(item));
      onRow(roomId, entryOf(item));
      pump();
      onChange();
      return entryOf(item);
    },
    retry(id) {
      const item = find(id);
      if (item?.status !== 'failed') return;
      item.refusedAt = null;
      setStatus(item, 'queued');
      storage?.put(storedOf(item));
      onChange();
      pump();
    },
    discard(id) {
      const item = find(id);
      if (item?.status !== 'failed')
        throw new ChatError('not_found', 'Only a failed message can be discarded');
      take(item);
      options.onDiscarded(item.roomId, id);
      onChange();
      return item.content;
    },
    connected(newWindow) {
      window = newWindow;
      lanes.open(newWindow);
      liveAt = clock.now();
      pump();
    },
    disconnected() {
      connectedMs = livedMs();
      liveAt = null;
      lanes.close();
      for (const item of items) if (item.status === 'sent') setStatus(item, 'queued');
    },
    stored(ok) {
      const item = find(ok.id);
      if (!item) return;
      settle(item);
      options.onStored(item.roomId, entryOf(item), ok);
      onChange();
      pump();
    },
    refused(id, error) {
      const item = find(id);
      if (item?.status !== 'sent') return item !== undefined;
      if (error.code === 'unauthenticated') options.onStuck(true);
      else if (ERRORS[error.code].retryable) hold(item, error);
      else fail(item, error);
      pump();
      return true;
    },
    resume: lanes.resume,
    seen(id) {
      const item = find(id);
      if (!item) return;
      settle(item);
      onChange();
      pump();
    },
  };

  return outbox;
}

function itemOf({ error, ...send }: StoredSend): Item {
  const status = error ? 'failed' : 'queued';
  const state = { status, sentAt: 0, refusedAt: null, ...(error ? { error } : {}) } as const;
  return { kind: 'pending', key: `m:${send.id}`, ...send, ...state };
}

function entryOf({ roomId: _, sentAt: __, refusedAt: ___, ...entry }: Item): PendingEntry {
  return entry;
}

function storedOf(item: Item): StoredSend {
  const { kind: _, key: __, status: ___, sentAt: ____, refusedAt: _____, ...send } = item;
  return send;
}
