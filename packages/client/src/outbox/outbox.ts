/**
 * Sends that the server has not stored yet, in the order typed. Each keeps its id through every retry, so retries are
 * idempotent, and a lost link is not a failure. After a rejection, a room continues from its first unstored send.
 */
import { ChatError, checkContent, ERRORS, type Ok, type Send } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { PendingEntry, SendAbout } from '../types/log.ts';
import { FlowControl } from './flow-control.ts';
import { entryOf, type OutboxItem, OutboxItems } from './outbox-items.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { Stopwatch } from './stopwatch.ts';

/** A send that the server keeps rejecting for this long, counted while connected, has failed. */
export const REJECTED_MAX_MS = 60_000;
/** The number of sends that may wait. At this limit `add` throws, because nothing seems to reach the server. */
export const OUTBOX_MAX = 1_000;

/** A rejected send that waits longer than this says so in its row. */
export const WAIT_SHOWN_FROM_MS = 10_000;

/** The means and listeners of an Outbox. */
export type OutboxOptions = {
  clock: Clock;
  /** A number from 0 to below 1, for backoff. */
  random(): number;
  /** Makes the id of the next send. */
  newId(): string;
  /** Returns the wall clock in ISO 8601. It is shown, never compared. */
  timestamp(): string;
  /** Sends a command; false without a link. */
  send(command: Send): boolean;
  /** Called when a row appeared, or its status changed. */
  onRow(roomId: number, entry: PendingEntry): void;
  /** Called when the server has stored a send. */
  onStored(roomId: number, entry: PendingEntry, ok: Ok): void;
  /** Called when the person discarded a failed send. */
  onDiscarded(roomId: number, id: string): void;
  /** Called when the number of waiting or failed sends changed. */
  onChange(): void;
  /** Called with the time from a send to its answer. */
  onRoundTrip(ms: number): void;
  /** Called when only a new link helps: the server waits for an unknown send, or rejects the token. */
  onLinkUnusable(needsNewToken: boolean): void;
};

/** The outbox of one client. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #items = new OutboxItems();
  readonly #flow: FlowControl;
  readonly #connectedTime: Stopwatch;
  #window = 0;

  constructor(options: OutboxOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#flow = new FlowControl({ clock, random, onResume: () => this.#sendQueued() });
    this.#connectedTime = new Stopwatch(clock);
  }

  /** The number of sends that are neither stored nor failed. */
  get queuedCount(): number {
    return this.#items.all.filter((item) => item.status !== 'failed').length;
  }

  /** Loads and sends what an earlier visit left. */
  open(storage: OutboxStorage): void {
    this.#items.open(storage);
    for (const item of this.#items.all) this.#options.onRow(item.roomId, entryOf(item));
    this.#options.onChange();
    this.#sendQueued();
  }

  /** Forgets all sends; with `erase`, also those in the storage. */
  close(erase: boolean): void {
    this.#items.close(erase);
    this.disconnect();
    this.#options.onChange();
  }

  /**
   * Queues a send, and sends it if it may leave now.
   * @throws ChatError `invalid` for content that can never be stored, `overloaded` when OUTBOX_MAX sends wait
   */
  add(roomId: number, content: string, about: SendAbout = {}): PendingEntry {
    const { newId, timestamp, onRow, onChange } = this.#options;
    const checked = checkContent(content);
    if (!checked.ok) throw new ChatError('invalid', checked.problem);
    if (this.#items.all.length >= OUTBOX_MAX) {
      throw new ChatError('overloaded', `${OUTBOX_MAX} messages are waiting: try again when they are sent`);
    }
    const item = this.#items.add({ id: newId(), roomId, content: checked.text, at: timestamp(), ...about });
    onRow(roomId, entryOf(item));
    this.#sendQueued();
    onChange();
    return entryOf(item);
  }

  /** Queues a failed send again. */
  retry(id: string): void {
    const item = this.#items.find(id);
    if (item?.status !== 'failed') return;
    item.rejectedAtMs = null;
    this.#setStatus(item, 'queued');
    this.#items.save(item);
    this.#options.onChange();
    this.#sendQueued();
  }

  /** Removes a failed send and returns its content. @throws ChatError `not_found` for any other id */
  discard(id: string): string {
    const item = this.#items.find(id);
    if (item?.status !== 'failed') {
      throw new ChatError('not_found', 'Only a failed message can be discarded');
    }
    this.#items.remove(item);
    this.#options.onDiscarded(item.roomId, id);
    this.#options.onChange();
    return item.content;
  }

  /** Starts sending on a live link that accepts up to `window` unanswered sends. */
  connect(window: number): void {
    this.#window = window;
    this.#flow.open(window);
    this.#connectedTime.start();
    this.#sendQueued();
  }

  /** Stops sending; unanswered sends are queued again. */
  disconnect(): void {
    this.#connectedTime.stop();
    this.#flow.close();
    for (const item of this.#items.all) if (item.status === 'sent') this.#setStatus(item, 'queued');
  }

  /** Handles an `ok`. One that answers no send is ignored. */
  confirm(ok: Ok): void {
    const item = this.#items.find(ok.id);
    if (!item) return;
    this.#settle(item);
    this.#options.onStored(item.roomId, entryOf(item), ok);
    this.#options.onChange();
    this.#sendQueued();
  }

  /** Handles a stored message that was seen in the room's log, so that its answer is no longer needed. */
  confirmSeen(id: string): void {
    const item = this.#items.find(id);
    if (!item) return;
    this.#settle(item);
    this.#options.onChange();
    this.#sendQueued();
  }

  /** Handles an `error`; returns whether `id` belongs to a send. */
  reject(id: string, error: ChatError): boolean {
    const item = this.#items.find(id);
    if (item?.status !== 'sent') return item !== undefined;
    if (error.code === 'unauthenticated') this.#options.onLinkUnusable(true);
    else if (ERRORS[error.code].retryable) this.#queueAgain(item, error);
    else this.#fail(item, error);
    this.#sendQueued();
    return true;
  }

  /** Ends the pause of a room, after its slow mode changed. */
  resume(roomId: number): void {
    this.#flow.resume(roomId);
  }

  /** Sends what may leave, in order. A room that has to wait holds up no other. */
  #sendQueued(): void {
    if (!this.#connectedTime.isRunning) return;
    let free = this.#window - this.#items.countSent();
    const waiting = new Set<number>();
    for (const item of [...this.#items.all]) {
      if (free <= 0) return;
      if (item.status !== 'queued' || waiting.has(item.roomId)) continue;
      const unanswered = this.#items.countSent(item.roomId);
      if (this.#flow.maySend(item.roomId, unanswered) && this.#transmit(item)) free--;
      else waiting.add(item.roomId);
    }
  }

  #transmit(item: OutboxItem): boolean {
    const { id, roomId, content, messageKind, replyTo } = item;
    const about = {
      ...(messageKind === undefined ? {} : { kind: messageKind }),
      ...(replyTo === undefined ? {} : { replyTo }),
    };
    if (!this.#options.send({ op: 'send', id, roomId, content, ...about })) return false;
    item.sentAtMs = this.#options.clock.now();
    this.#setStatus(item, 'sent');
    return true;
  }

  /** Queues a send again after a retryable rejection, unless it was rejected for too long. */
  #queueAgain(item: OutboxItem, error: ChatError): void {
    const connectedMs = this.#connectedTime.elapsedMs;
    item.rejectedAtMs ??= connectedMs;
    if (connectedMs - item.rejectedAtMs >= REJECTED_MAX_MS) {
      this.#fail(item, error);
      return;
    }
    this.#setStatus(item, 'queued', error);
    if (!this.#flow.pauseAfter(item.roomId, item.id, error)) this.#options.onLinkUnusable(false);
  }

  #fail(item: OutboxItem, error: ChatError): void {
    this.#flow.giveUp(item.roomId, item.id);
    this.#setStatus(item, 'failed', error);
    this.#items.save(item);
    this.#options.onChange();
  }

  #settle(item: OutboxItem): void {
    this.#flow.widenAfter(item.roomId, item.id);
    if (item.status === 'sent') this.#options.onRoundTrip(this.#options.clock.now() - item.sentAtMs);
    this.#items.remove(item);
  }

  /** `error`: why it failed, or is queued again. */
  #setStatus(item: OutboxItem, status: PendingEntry['status'], error?: ChatError): void {
    this.#items.setStatus(item, status, status === 'failed' ? error : undefined);
    const waitMs = error?.retryAfterMs ?? 0;
    // Sends after a rejected one wait for that one, which says why.
    if (status === 'queued' && waitMs > WAIT_SHOWN_FROM_MS && error?.code !== 'order_gap') {
      const until = new Date(Date.parse(this.#options.timestamp()) + waitMs).toISOString();
      item.wait = { reason: error?.message ?? '', until };
    }
    this.#options.onRow(item.roomId, entryOf(item));
  }
}
