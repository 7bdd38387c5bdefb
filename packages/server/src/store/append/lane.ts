/** A lane of the appender: one queue, one connection, one commit under way; what arrives meanwhile is the next batch. */
import { ChatError, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { type Database, isUnknownOutcome } from '../database/database.ts';
import { insertChanges, insertMessages, type MessageOutcome, toMessageEvent } from './append-sql.ts';
import type { AppendResult, ChangeResult, NewChange, NewMessage } from './appender.ts';
import { bytesOf, type ChangeJob, createLaneQueue, type Job, type MessageJob, refuse } from './lane-queue.ts';
import type { OrderTicket } from './order-gate.ts';

export type LaneOptions = {
  openDatabase: () => Database;
  clock: Clock;
  publish: (events: RoomEvent[]) => void;
  /** Told of a room that may have got an event which nobody can publish. */
  onUncertain: (roomId: number) => void;
};

export type Lane = {
  append(message: NewMessage, ticket: OrderTicket | undefined): Promise<AppendResult>;
  change(change: NewChange): Promise<ChangeResult>;
  depth(): number;
  /** How long what comes now would wait, by the pace of the last commits. */
  delayMs(): number;
  close(): Promise<void>;
};

/** What has waited so long is withdrawn; with the period of the look it stays under the 5 s of [S6]. */
const WAIT_MAX_MS = 4_500;
const EXPIRY_PERIOD_MS = 250;
/** Pause after a commit that failed for want of the store. */
const RETRY_PAUSE_MS = 100;
/** How much the last commit counts in the pace. One that failed or had to be repeated tells nothing of the next ones. */
const PACE_WEIGHT = 0.2;

export function createLane({ openDatabase, clock, publish, onUncertain }: LaneOptions): Lane {
  const database = openDatabase();
  const queue = createLaneQueue();
  let inFlight = 0;
  let isRunning = false;
  let isClosed = false;
  /** Whether the last batch found no store. */
  let isAway = false;
  let paceMs = 0;
  const stopExpiry = clock.every(EXPIRY_PERIOD_MS, () => {
    queue.withdraw(clock.now() - WAIT_MAX_MS);
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
      const batch = queue.nextBatch();
      inFlight = batch.length;
      const startedAt = clock.now();
      const rest = await store(batch);
      inFlight = 0;
      isAway = rest.length > 0;
      if (isAway) waitAgain(rest, clock.now() - startedAt);
    }
    isRunning = false;
  }

  /** Puts back what was not stored, and refuses at once what would be too late after another try as long as this one [S6]. */
  function waitAgain(rest: Job[], tookMs: number): void {
    queue.putBack(rest);
    queue.withdraw(clock.now() - Math.max(0, WAIT_MAX_MS - tookMs));
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
    for (let isAgain = isRepeat; ; isAgain = true) {
      const startedAt = clock.now();
      try {
        await commit(batch, isAgain);
        if (!isAgain) paceMs += PACE_WEIGHT * (clock.now() - startedAt - paceMs);
        return [];
      } catch (error) {
        if (isClosed) return [];
        if (!isUnknownOutcome(error) && !(isAgain && isUnavailable(error)))
          return isUnavailable(error) ? batch : bisect(batch, isAgain, error);
        // It may be stored: only the same batch again can tell, and nobody is told that it failed [S3].
        await pause();
      }
    }
  }

  /** A batch is of one kind. */
  function commit(batch: Job[], isRepeat: boolean): Promise<void> {
    if (batch[0]?.kind === 'change') return commitChanges(batch as ChangeJob[], isRepeat);
    return commitMessages(batch as MessageJob[], isRepeat);
  }

  async function commitMessages(jobs: MessageJob[], isRepeat: boolean): Promise<void> {
    const outcomes = await insertMessages(
      database,
      jobs.map((job) => job.message),
    );
    // A repeat finds what its first try stored as duplicates: nobody has published those yet.
    const events = jobs.flatMap((job, i) => toEvent(job, outcomes[i], isRepeat));
    if (events.length > 0) publish(events);
    for (const [i, job] of jobs.entries()) settle(job, outcomes[i]);
  }

  async function commitChanges(jobs: ChangeJob[], isRepeat: boolean): Promise<void> {
    const outcomes = await insertChanges(
      database,
      jobs.map((job) => job.change),
    );
    const events = outcomes.flatMap((outcome) => ('event' in outcome ? [outcome.event] : []));
    if (events.length > 0) publish(events);
    for (const [i, job] of jobs.entries()) {
      const outcome = outcomes[i] ?? new ChatError('internal', 'the store gave no outcome for this act');
      if (isRepeat && mayHaveBeenFirst(job, outcome)) {
        // Nobody could publish the event of the first try.
        onUncertain(job.change.roomId);
        job.resolve({ changed: false, isUncertain: true });
      } else if (outcome instanceof ChatError) job.reject(outcome);
      else job.resolve(outcome);
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
        push({
          kind: 'message',
          message,
          ticket,
          since: clock.now(),
          bytes: bytesOf(message),
          resolve,
          reject,
        });
      }),
    change: (change) =>
      new Promise((resolve, reject) => {
        push({ kind: 'change', change, since: clock.now(), bytes: bytesOf(change), resolve, reject });
      }),
    depth: () => queue.length + inFlight,
    delayMs: () => queue.batches() * paceMs,
    async close() {
      isClosed = true;
      stopExpiry();
      // What never entered a batch was certainly not stored.
      queue.withdraw(Number.POSITIVE_INFINITY);
      await database.close();
    },
  };
}

function settle(job: MessageJob, outcome: MessageOutcome | undefined): void {
  if (!outcome) job.reject(new ChatError('internal', 'the store gave no outcome for this message'));
  else if (outcome.outcome === 'refused') refuse(job, outcome.error);
  else {
    const { outcome: how, ...place } = outcome;
    job.resolve({ ...place, duplicate: how === 'duplicate' });
  }
}

function toEvent(job: MessageJob, outcome: MessageOutcome | undefined, isRepeat: boolean): RoomEvent[] {
  if (!outcome || outcome.outcome === 'refused') return [];
  if (outcome.outcome === 'duplicate' && !isRepeat) return [];
  return [toMessageEvent(job.message, outcome)];
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'unavailable';
}

/**
 * Whether a repeat's outcome may be what its first try left: nothing to do, after a leave a room that they may not see any
 * more, or after stepping down to a member no right to.
 */
function mayHaveBeenFirst({ change }: ChangeJob, outcome: ChangeResult | ChatError): boolean {
  if (!(outcome instanceof ChatError)) return !outcome.changed;
  if (change.type === 'leave') return outcome.code === 'not_found';
  const isStepDown =
    change.type === 'role' && change.target.id === change.actor.id && change.role === 'member';
  return isStepDown && outcome.code === 'forbidden';
}
