/** A lane of the appender: one queue, one connection, one commit under way; what arrives meanwhile is the next batch. */
import { ChatError, ERRORS, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { insertChange, insertMessages, type MessageOutcome, toMessageEvent } from './append-sql.ts';
import type { Changed, NewChange, NewMessage, Stored } from './appender.ts';
import { type Database, isUnknownOutcome } from './database.ts';
import { isStale, type OrderTicket, openGap } from './order-gate.ts';

export type LaneOptions = {
  openDatabase: () => Database;
  clock: Clock;
  publish: (events: RoomEvent[]) => void;
  /** Told of a room that may have got an event which nobody can publish. */
  onUncertain: (roomId: number) => void;
};

export type Lane = {
  append(message: NewMessage, ticket: OrderTicket | undefined): Promise<Stored>;
  change(change: NewChange): Promise<Changed>;
  depth(): number;
  /** How long what comes now would wait, by the pace of the last commits. */
  delayMs(): number;
  close(): Promise<void>;
};

/** A batch ends at the first of these. */
const BATCH_MAX_MESSAGES = 500;
const BATCH_MAX_CHARS = 256 * 1024;
/** What has waited so long is withdrawn; with the period of the look it stays under the 5 s of [S6]. */
const WAIT_MAX_MS = 4_500;
const EXPIRY_PERIOD_MS = 250;
/** Pause after a commit that failed for want of the store. */
const RETRY_PAUSE_MS = 100;
const RETRY_AFTER_MS = 1_000;
/** How much the last commit counts in the pace. */
const PACE_WEIGHT = 0.2;

export function createLane({ openDatabase, clock, publish, onUncertain }: LaneOptions): Lane {
  const database = openDatabase();
  let queue: Job[] = [];
  let inFlight = 0;
  let isRunning = false;
  let isClosed = false;
  /** Whether the last batch found no store. */
  let isAway = false;
  let paceMs = 0;
  const stopExpiry = clock.every(EXPIRY_PERIOD_MS, () => {
    if (queue.length > 0) queue = withdrawOld(queue, clock.now() - WAIT_MAX_MS);
  });

  function push(job: Job): void {
    queue.push(job);
    if (isRunning) return;
    isRunning = true;
    // After this turn of the event loop: whatever its other frames bring shares the first commit.
    setImmediate(() => void run());
  }

  async function run(): Promise<void> {
    while (queue.length > 0 && !isClosed) {
      if (isAway && !(await isBack())) continue;
      const batch = takeBatch(queue);
      inFlight = batch.length;
      const startedAt = clock.now();
      const rest = await store(batch);
      paceMs += PACE_WEIGHT * (clock.now() - startedAt - paceMs);
      inFlight = 0;
      isAway = rest.length > 0;
      queue = rest.concat(queue);
    }
    isRunning = false;
  }

  /** Asks an absent store for itself, not with a batch: what is in the queue can still be withdrawn in time [S6]. */
  async function isBack(): Promise<boolean> {
    await pause();
    isAway = await database.ping().then(
      () => false,
      () => true,
    );
    return !isAway;
  }

  /** Gives back those jobs that were certainly not stored and shall wait; all others have been answered. */
  async function store(batch: Job[], isRepeat = false): Promise<Job[]> {
    if (batch.length === 0) return [];
    try {
      await commit(batch, isRepeat);
      return [];
    } catch (error) {
      if (isClosed) return [];
      if (isUnknownOutcome(error) || (isRepeat && isUnavailable(error))) {
        // It may be stored: only the same batch again can tell, and nobody is told that it failed [S3].
        await pause();
        return store(batch, true);
      }
      return isUnavailable(error) ? batch : bisect(batch, isRepeat, error);
    }
  }

  async function commit(batch: Job[], isRepeat: boolean): Promise<void> {
    const [first] = batch;
    if (first?.kind === 'change') return commitChange(first, isRepeat);
    const jobs = batch as MessageJob[];
    const outcomes = await insertMessages(
      database,
      jobs.map((job) => job.message),
    );
    // A repeat finds what its first try stored as duplicates: nobody has published those yet.
    const events = jobs.flatMap((job, i) => toEvent(job, outcomes[i], isRepeat));
    if (events.length > 0) publish(events);
    for (const [i, job] of jobs.entries()) settle(job, outcomes[i]);
  }

  async function commitChange(job: ChangeJob, isRepeat: boolean): Promise<void> {
    try {
      const changed = await insertChange(database, job.change);
      if (changed.changed) publish([changed.event]);
      else if (isRepeat) onUncertain(job.change.roomId);
      job.resolve(isRepeat && !changed.changed ? { changed: false, isUncertain: true } : changed);
    } catch (error) {
      if (!(error instanceof ChatError) || isUnavailable(error)) throw error;
      job.reject(error);
    }
  }

  /** Something in the batch is not to the store's taste: halves it until that one stands alone. */
  async function bisect(batch: Job[], isRepeat: boolean, error: unknown): Promise<Job[]> {
    const [first] = batch;
    if (first && batch.length === 1) {
      refuse(first, new ChatError('internal', undefined, { cause: error }));
      return [];
    }
    const middle = batch.length >> 1;
    const rest = await store(batch.slice(0, middle), isRepeat);
    // What comes later must not be stored before what has to wait [S4].
    return rest.length > 0 ? rest.concat(batch.slice(middle)) : store(batch.slice(middle), isRepeat);
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => clock.after(RETRY_PAUSE_MS, resolve));
  }

  return {
    append: (message, ticket) =>
      new Promise((resolve, reject) => {
        push({ kind: 'message', message, ticket, since: clock.now(), resolve, reject });
      }),
    change: (change) =>
      new Promise((resolve, reject) => {
        push({ kind: 'change', change, since: clock.now(), resolve, reject });
      }),
    depth: () => queue.length + inFlight,
    delayMs: () => Math.ceil(queue.length / BATCH_MAX_MESSAGES) * paceMs,
    async close() {
      isClosed = true;
      stopExpiry();
      // What never entered a batch was certainly not stored.
      queue = withdrawOld(queue, Number.POSITIVE_INFINITY);
      await database.close();
    },
  };
}

type JobOf<Kind, Result> = {
  kind: Kind;
  /** When it came, on the monotonic clock. */
  since: number;
  resolve: (result: Result) => void;
  reject: (error: ChatError) => void;
};
type MessageJob = JobOf<'message', Stored> & { message: NewMessage; ticket: OrderTicket | undefined };
type ChangeJob = JobOf<'change', Changed> & { change: NewChange };
type Job = MessageJob | ChangeJob;

/** Cuts the next batch from the front: one act alone, or a run of messages without those whose order was broken. */
function takeBatch(queue: Job[]): Job[] {
  const [first] = queue;
  if (first?.kind === 'change') return queue.splice(0, 1);
  let count = 0;
  let chars = 0;
  for (const job of queue) {
    if (job.kind !== 'message' || count === BATCH_MAX_MESSAGES || chars > BATCH_MAX_CHARS) break;
    chars += job.message.content.length;
    count++;
  }
  return queue.splice(0, count).filter((job) => !refuseStale(job));
}

function refuseStale(job: Job): boolean {
  if (job.kind !== 'message' || !job.ticket || !isStale(job.ticket)) return false;
  job.reject(new ChatError('order_gap'));
  return true;
}

/** Refuses the jobs that came before `before`, and gives the rest. They stand in the order of coming. */
function withdrawOld(queue: Job[], before: number): Job[] {
  const firstYoung = queue.findIndex((job) => job.since > before);
  const old = firstYoung === -1 ? queue : queue.slice(0, firstYoung);
  for (const job of old) {
    if (!refuseStale(job))
      refuse(job, new ChatError('unavailable', undefined, { retryAfterMs: RETRY_AFTER_MS }));
  }
  return firstYoung === -1 ? [] : queue.slice(firstYoung);
}

function refuse(job: Job, error: ChatError): void {
  if (job.kind === 'message' && job.ticket && ERRORS[error.code].retryable) openGap(job.ticket);
  job.reject(error);
}

function settle(job: MessageJob, outcome: MessageOutcome | undefined): void {
  if (!outcome) job.reject(new ChatError('internal', 'the store gave no outcome for this message'));
  else if (outcome.outcome === 'refused') job.reject(outcome.error);
  else job.resolve({ seq: outcome.seq, at: outcome.at, duplicate: outcome.outcome === 'duplicate' });
}

function toEvent(job: MessageJob, outcome: MessageOutcome | undefined, isRepeat: boolean): RoomEvent[] {
  if (!outcome || outcome.outcome === 'refused') return [];
  if (outcome.outcome === 'duplicate' && !isRepeat) return [];
  return [toMessageEvent(job.message, outcome.seq, outcome.at)];
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'unavailable';
}
