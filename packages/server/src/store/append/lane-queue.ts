/** A lane's queue: jobs in arrival order, cut into batches. */
import { ChatError } from '@banter/protocol';
import { isJoinOrLeave } from './append-sql.ts';
import { type Job, rejectJob } from './jobs.ts';
import type { NewChange, NewMessage } from './types.ts';

/** A batch ends at this many jobs, or before it exceeds BATCH_MAX_BYTES. */
export const BATCH_MAX_JOBS = 500;

/** A batch may exceed this only with its first job. */
export const BATCH_MAX_BYTES = 256 * 1024;
/** A join or leave has no text. Its rows have about this size. */
const ENTRY_BYTES = 100;
const RETRY_AFTER_MS = 1_000;

/** A job's share of a batch, in bytes: the size of a message's text; a whole batch for an act that is stored alone. */
export function bytesOf(item: NewMessage | NewChange): number {
  // An edit has a content too, but it is an act.
  if (!('type' in item)) return Buffer.byteLength(item.content);
  return isJoinOrLeave(item) ? ENTRY_BYTES : BATCH_MAX_BYTES;
}

/** The jobs that wait in one lane. */
export class LaneQueue {
  #jobs: Job[] = [];
  #bytes = 0;

  /** How many jobs wait. */
  get length(): number {
    return this.#jobs.length;
  }

  /** How many commits the waiting jobs will take, at least. */
  batchCount(): number {
    return Math.max(Math.ceil(this.#jobs.length / BATCH_MAX_JOBS), Math.ceil(this.#bytes / BATCH_MAX_BYTES));
  }

  /** Adds a job at the end. */
  push(job: Job): void {
    this.#jobs.push(job);
    this.#bytes += job.bytes;
  }

  /** Returns jobs of the last batch to the front. They were certainly not stored. */
  requeue(jobs: readonly Job[]): void {
    this.#jobs = jobs.concat(this.#jobs);
    this.#bytes += sumBytes(jobs);
  }

  /**
   * Removes the next batch and returns it: a run of messages, a run of joins and leaves, or one other act. Rejects the
   * messages in it whose order is broken [S4], so the batch may be empty.
   */
  nextBatch(): Job[] {
    return this.#shift(batchLength(this.#jobs)).filter((job) => !rejectIfStale(job));
  }

  /** Removes every job that arrived at `arrivedAt` or before, and rejects it as unavailable. */
  withdraw(arrivedAt: number): void {
    const firstToKeep = this.#jobs.findIndex((job) => job.arrivedAt > arrivedAt);
    for (const job of this.#shift(firstToKeep === -1 ? this.#jobs.length : firstToKeep)) {
      if (rejectIfStale(job)) continue;
      rejectJob(job, new ChatError('unavailable', undefined, { retryAfterMs: RETRY_AFTER_MS }));
    }
  }

  #shift(count: number): Job[] {
    const removed = this.#jobs.slice(0, count);
    this.#jobs = this.#jobs.slice(count);
    this.#bytes -= sumBytes(removed);
    return removed;
  }
}

/** How many jobs from the front share the next commit. */
function batchLength(jobs: readonly Job[]): number {
  const kind = jobs[0]?.kind;
  const people = new Set<string>();
  let bytes = 0;
  for (const [count, job] of jobs.entries()) {
    bytes += job.bytes;
    if (count === BATCH_MAX_JOBS || job.kind !== kind || (count > 0 && bytes > BATCH_MAX_BYTES)) return count;
    // At most one join or leave of a person per room and batch: a batch whose answer was lost can then be repeated.
    if (job.kind === 'change' && people.size === people.add(personKey(job.change)).size) return count;
  }
  return jobs.length;
}

function personKey({ roomId, actor }: NewChange): string {
  return `${roomId} ${actor.id}`;
}

function rejectIfStale(job: Job): boolean {
  if (job.kind !== 'message' || !job.ticket?.gate.isStale(job.ticket)) return false;
  job.reject(new ChatError('order_gap'));
  return true;
}

function sumBytes(jobs: readonly Job[]): number {
  return jobs.reduce((total, job) => total + job.bytes, 0);
}
