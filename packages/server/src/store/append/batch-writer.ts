/** Stores a lane's batches until the outcome of each is certain, publishes their events and answers their jobs. */
import { ChatError, type RoomEvent } from '@banter/protocol';
import { type Clock, pause } from '../../clock.ts';
import { type Database, isUnknownOutcome } from '../database/database.ts';
import { toMessageEvent } from './append-events.ts';
import { insertChanges } from './append-sql.ts';
import { insertMessages } from './insert-messages.ts';
import { type ChangeJob, type Job, type MessageJob, rejectJob } from './jobs.ts';
import type { AppendResult, ChangeResult } from './types.ts';

/** How long to wait before the store is tried again. */
export const RETRY_PAUSE_MS = 100;
/** How much the last commit counts in the pace. */
const PACE_WEIGHT = 0.2;

/** A batch writer's dependencies. */
export type BatchWriterOptions = {
  database: Database;
  clock: Clock;
  /** Called with a commit's events, in seq order per room, before their jobs are answered. */
  publish: (events: RoomEvent[]) => void;
  /** Called with a room that may have an event nobody published: the answer to its commit was lost. */
  onUncertain: (roomId: number) => void;
};

/** Writes one batch at a time on its own database connection. */
export class BatchWriter {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #publish: (events: RoomEvent[]) => void;
  readonly #onUncertain: (roomId: number) => void;
  #isClosed = false;
  #paceMs = 0;

  constructor({ database, clock, publish, onUncertain }: BatchWriterOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#publish = publish;
    this.#onUncertain = onUncertain;
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * How many milliseconds a commit takes: a weighted average of the recent ones, 0 before the first. Commits that failed
   * or were repeated do not count, since they say nothing about the next ones.
   */
  get paceMs(): number {
    return this.#paceMs;
  }

  /** Whether the store answers. Never rejects. */
  ping(): Promise<boolean> {
    return this.#database.ping().then(
      () => true,
      () => false,
    );
  }

  /**
   * Stores a batch of one kind and answers its jobs. Returns the jobs that were certainly not stored because the store
   * is unavailable: they have no answer yet. Never rejects.
   * @param isRepeat the answer to a first try of this batch was lost: it may be stored already.
   */
  async write(batch: Job[], isRepeat = false): Promise<Job[]> {
    if (batch.length === 0) return [];
    for (let isAgain = isRepeat; ; isAgain = true) {
      const startedAt = this.#clock.now();
      try {
        await this.#commit(batch, isAgain);
        if (!isAgain) this.#paceMs += PACE_WEIGHT * (this.#clock.now() - startedAt - this.#paceMs);
        return [];
      } catch (error) {
        if (this.#isClosed) return [];
        if (!isUnknownOutcome(error) && !(isAgain && isUnavailable(error)))
          return isUnavailable(error) ? batch : this.#bisect(batch, isAgain, error);
        // The batch may be stored. Only a repeat with the same ids can tell, and no sender gets an error meanwhile [S3].
        await pause(this.#clock, RETRY_PAUSE_MS);
      }
    }
  }

  /** Closes the connection. A batch under way gets no answer if its outcome is unknown by then. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#database.close();
  }

  #commit(batch: Job[], isRepeat: boolean): Promise<void> {
    if (batch[0]?.kind === 'change') return this.#commitChanges(batch as ChangeJob[], isRepeat);
    return this.#commitMessages(batch as MessageJob[], isRepeat);
  }

  async #commitMessages(jobs: MessageJob[], isRepeat: boolean): Promise<void> {
    const outcomes = await insertMessages(
      this.#database,
      jobs.map((job) => job.message),
    );
    const events: RoomEvent[] = [];
    for (const [i, job] of jobs.entries()) {
      const outcome = outcomes[i];
      if (!outcome || outcome instanceof ChatError) continue;
      // A repeat finds what its first try stored as duplicates, which nobody has published yet.
      if (!outcome.duplicate || isRepeat) events.push(toMessageEvent(job.message, outcome));
    }
    if (events.length > 0) this.#publish(events);
    for (const [i, job] of jobs.entries()) answerMessage(job, outcomes[i]);
  }

  async #commitChanges(jobs: ChangeJob[], isRepeat: boolean): Promise<void> {
    const outcomes = await insertChanges(
      this.#database,
      jobs.map((job) => job.change),
    );
    const events = outcomes.flatMap((outcome) => ('event' in outcome ? [outcome.event] : []));
    if (events.length > 0) this.#publish(events);
    for (const [i, job] of jobs.entries()) this.#answerChange(job, outcomes[i], isRepeat);
  }

  #answerChange(job: ChangeJob, outcome: ChangeResult | ChatError | undefined, isRepeat: boolean): void {
    if (!outcome) job.reject(new ChatError('internal', 'the store returned no outcome for this act'));
    else if (isRepeat && mayBeFirstTry(job, outcome)) {
      this.#onUncertain(job.change.roomId);
      job.resolve({ changed: false, isUncertain: true });
    } else if (outcome instanceof ChatError) job.reject(outcome);
    else job.resolve(outcome);
  }

  /** The store rejected the statement because of one job: bisects the batch to isolate it. */
  async #bisect(batch: Job[], isRepeat: boolean, error: unknown): Promise<Job[]> {
    const [first] = batch;
    if (first && batch.length === 1) {
      rejectJob(first, new ChatError('internal', undefined, { cause: error }));
      return [];
    }
    const middle = batch.length >> 1;
    const rest = await this.write(batch.slice(0, middle), isRepeat);
    // Later jobs must not be stored before earlier ones that still wait [S4].
    return rest.length > 0 ? rest.concat(batch.slice(middle)) : this.write(batch.slice(middle), isRepeat);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'unavailable';
}

function answerMessage(job: MessageJob, outcome: AppendResult | ChatError | undefined): void {
  if (!outcome) job.reject(new ChatError('internal', 'the store returned no outcome for this message'));
  else if (outcome instanceof ChatError) rejectJob(job, outcome);
  else job.resolve(outcome);
}

/**
 * Whether a repeat's outcome may be the effect of its own first try: nothing left to change; after a leave, a room that
 * the person may no longer see; after stepping down to member, a missing right.
 */
function mayBeFirstTry({ change }: ChangeJob, outcome: ChangeResult | ChatError): boolean {
  if (!(outcome instanceof ChatError)) return !outcome.changed;
  if (change.type === 'leave') return outcome.code === 'not_found';
  const isStepDown =
    change.type === 'role' && change.target.id === change.actor.id && change.role === 'member';
  return isStepDown && outcome.code === 'forbidden';
}
