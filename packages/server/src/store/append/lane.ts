/** A lane of the appender: one queue and one commit under way. Jobs that arrive meanwhile form the next batch. */
import type { RoomEvent } from '@banter/protocol';
import { type Clock, pause } from '../../clock.ts';
import type { Database } from '../database/database.ts';
import { BatchWriter, RETRY_PAUSE_MS } from './batch-writer.ts';
import type { Job } from './jobs.ts';
import { bytesOf, LaneQueue } from './lane-queue.ts';
import type { OrderTicket } from './order-gate.ts';
import type { AppendResult, ChangeResult, NewChange, NewMessage } from './types.ts';

/** A lane's dependencies. */
export type LaneOptions = {
  /** Opens the lane's own connection. */
  openDatabase: () => Database;
  clock: Clock;
  /** Called with a commit's events, in seq order per room, before their jobs are answered. */
  publish: (events: RoomEvent[]) => void;
  /** Called with a room that may have an event nobody published: the answer to its commit was lost. */
  onUncertain: (roomId: number) => void;
};

/** How long a job may wait. Together with EXPIRY_PERIOD_MS this stays under the 5 s of [S6]. */
const WAIT_MAX_MS = 4_500;
/** How often the queue is checked for jobs that have waited too long. */
const EXPIRY_PERIOD_MS = 250;

/** Stores the messages and acts of its rooms in arrival order. */
export class Lane {
  readonly #clock: Clock;
  readonly #queue = new LaneQueue();
  readonly #writer: BatchWriter;
  readonly #stopExpiry: () => void;
  /** How many jobs are in the batch under way. */
  #inFlight = 0;
  #isRunning = false;
  /** Whether the last batch found the store unavailable. */
  #isStoreAway = false;

  /** Opens the lane's connection and starts to withdraw jobs that wait too long. */
  constructor({ openDatabase, clock, publish, onUncertain }: LaneOptions) {
    this.#clock = clock;
    this.#writer = new BatchWriter({ database: openDatabase(), clock, publish, onUncertain });
    this.#stopExpiry = clock.every(EXPIRY_PERIOD_MS, () => this.#queue.withdraw(clock.now() - WAIT_MAX_MS));
  }

  /** Queues a message; resolves after its commit. @throws as Appender.append. */
  append(message: NewMessage, ticket: OrderTicket | undefined): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#push({
        kind: 'message',
        message,
        ticket,
        arrivedAt: this.#clock.now(),
        bytes: bytesOf(message),
        resolve,
        reject,
      });
    });
  }

  /** Queues an act; resolves after its commit. @throws as Appender.change. */
  change(change: NewChange): Promise<ChangeResult> {
    return new Promise((resolve, reject) => {
      this.#push({
        kind: 'change',
        change,
        arrivedAt: this.#clock.now(),
        bytes: bytesOf(change),
        resolve,
        reject,
      });
    });
  }

  /** How many jobs wait or are being stored. */
  depth(): number {
    return this.#queue.length + this.#inFlight;
  }

  /** How many milliseconds a new job would wait, estimated from the pace of the last commits. */
  delayMs(): number {
    return this.#queue.batchCount() * this.#writer.paceMs;
  }

  /** Rejects the jobs that still wait and closes the connection. */
  async close(): Promise<void> {
    this.#stopExpiry();
    const closed = this.#writer.close();
    // Jobs that never entered a batch were certainly not stored.
    this.#queue.withdraw(Number.POSITIVE_INFINITY);
    await closed;
  }

  #push(job: Job): void {
    this.#queue.push(job);
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Starts after this turn of the event loop, so that the turn's other frames share the first commit.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#writer.isClosed) {
      if (this.#isStoreAway && !(await this.#isStoreBack())) continue;
      const batch = this.#queue.nextBatch();
      this.#inFlight = batch.length;
      const startedAt = this.#clock.now();
      const rest = await this.#writer.write(batch);
      this.#inFlight = 0;
      this.#isStoreAway = rest.length > 0;
      if (this.#isStoreAway) this.#requeue(rest, this.#clock.now() - startedAt);
    }
    this.#isRunning = false;
  }

  /** Pings an absent store instead of trying a batch: queued jobs can still be withdrawn in time [S6]. */
  async #isStoreBack(): Promise<boolean> {
    await pause(this.#clock, RETRY_PAUSE_MS);
    this.#isStoreAway = !(await this.#writer.ping());
    return !this.#isStoreAway;
  }

  /** Queues jobs again. Withdraws those that would be too late after another try as long as this one [S6]. */
  #requeue(jobs: Job[], tookMs: number): void {
    this.#queue.requeue(jobs);
    this.#queue.withdraw(this.#clock.now() - Math.max(0, WAIT_MAX_MS - tookMs));
  }
}
