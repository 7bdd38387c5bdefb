/** What waits in a lane, in the order of coming, and how it is cut into batches. */
import { ChatError } from '@banter/protocol';
import { isJoinOrLeave } from './append-sql.ts';
import type { AppendResult, ChangeResult, NewChange, NewMessage } from './appender.ts';
import { isStale, noteRefusal, type OrderTicket } from './order-gate.ts';

type JobOf<Kind, Result> = {
  kind: Kind;
  /** When it came, on the monotonic clock. */
  since: number;
  /** Its share of a batch: the bytes of its text, or for an act that is stored alone, all of them. */
  bytes: number;
  resolve: (result: Result) => void;
  reject: (error: ChatError) => void;
};
export type MessageJob = JobOf<'message', AppendResult> & {
  message: NewMessage;
  ticket: OrderTicket | undefined;
};
export type ChangeJob = JobOf<'change', ChangeResult> & { change: NewChange };
export type Job = MessageJob | ChangeJob;

export type LaneQueue = {
  readonly length: number;
  /** How many commits all of it will take, at least. */
  batches(): number;
  push(job: Job): void;
  /** Puts jobs before all others: they were taken, and certainly not stored. */
  putBack(jobs: readonly Job[]): void;
  /** Takes the next batch: a run of messages, without those whose order was broken; a run of joins and leaves; or another act. */
  nextBatch(): Job[];
  /** Refuses as unavailable what came at `since` or before. */
  withdraw(since: number): void;
};

/** A batch ends at the first of these. */
export const BATCH_MAX_JOBS = 500;
export const BATCH_MAX_BYTES = 256 * 1024;
/** A join or leave has no text; its rows have about this size. */
const ENTRY_BYTES = 100;
const RETRY_AFTER_MS = 1_000;

/** The share of a batch that an item takes, in bytes. */
export function bytesOf(item: NewMessage | NewChange): number {
  // An edit has a content too, and is an act all the same.
  if (!('type' in item)) return Buffer.byteLength(item.content);
  return isJoinOrLeave(item) ? ENTRY_BYTES : BATCH_MAX_BYTES;
}

export function createLaneQueue(): LaneQueue {
  let jobs: Job[] = [];
  let bytes = 0;
  const sum = (some: readonly Job[]) => some.reduce((total, job) => total + job.bytes, 0);

  function cut(count: number): Job[] {
    const first = jobs.slice(0, count);
    jobs = jobs.slice(count);
    bytes -= sum(first);
    return first;
  }

  return {
    get length() {
      return jobs.length;
    },
    batches: () => Math.max(Math.ceil(jobs.length / BATCH_MAX_JOBS), Math.ceil(bytes / BATCH_MAX_BYTES)),
    push(job) {
      jobs.push(job);
      bytes += job.bytes;
    },
    putBack(some) {
      jobs = some.concat(jobs);
      bytes += sum(some);
    },
    nextBatch: () => cut(batchLength(jobs)).filter((job) => !refuseStale(job)),
    withdraw(since) {
      const firstYoung = jobs.findIndex((job) => job.since > since);
      for (const job of cut(firstYoung === -1 ? jobs.length : firstYoung)) {
        if (refuseStale(job)) continue;
        refuse(job, new ChatError('unavailable', undefined, { retryAfterMs: RETRY_AFTER_MS }));
      }
    },
  };
}

/** Ends a job with an error; where it may be tried again, its connection's later sends to the room have to wait for it. */
export function refuse(job: Job, error: ChatError): void {
  if (job.kind === 'message') noteRefusal(job.ticket, error);
  job.reject(error);
}

/** How many jobs from the front share the next commit. */
function batchLength(jobs: readonly Job[]): number {
  const kind = jobs[0]?.kind;
  const people = new Set<string>();
  let bytes = 0;
  for (const [count, job] of jobs.entries()) {
    bytes += job.bytes;
    if (count === BATCH_MAX_JOBS || job.kind !== kind || (count > 0 && bytes > BATCH_MAX_BYTES)) return count;
    // A person comes in or goes once a batch, so that a batch whose answer was lost can be asked for again.
    if (job.kind === 'change' && people.size === people.add(keyOf(job.change)).size) return count;
  }
  return jobs.length;
}

function keyOf({ roomId, actor }: NewChange): string {
  return `${roomId} ${actor.id}`;
}

function refuseStale(job: Job): boolean {
  if (job.kind !== 'message' || !job.ticket || !isStale(job.ticket)) return false;
  job.reject(new ChatError('order_gap'));
  return true;
}
