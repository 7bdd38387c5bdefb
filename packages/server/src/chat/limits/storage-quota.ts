/**
 * How much each person may store on one day (UTC): the text of messages and edits, and a fixed amount for each of them [L9]. The
 * counts are in memory and written in periods, so a killed server forgets at most what was stored in one period.
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { StorageUseStore } from '../../store/storage/storage-use.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** The parts that StorageQuota works with. */
export type StorageQuotaDeps = {
  uses: StorageUseStore;
  clock: Pick<Clock, 'every' | 'wall'>;
  onProblem: OnProblem;
  /** Null for no quota. */
  bytesPerDay: number | null;
};

/** A message of one letter takes about this much in its rows and indexes. */
export const MESSAGE_BASE_BYTES = 512;
/** How often the counts are written. */
export const STORAGE_WRITE_PERIOD_MS = 5_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MIB = 1_024 * 1_024;

/** The counts of the current day. */
export class StorageQuota implements Background {
  readonly #deps: StorageQuotaDeps;
  /** Bytes by account: all of this day, and those that are not written yet. */
  #used = new Map<number, number>();
  #unwritten = new Map<number, number>();
  /** When the day of the counts ends, in milliseconds since 1970. */
  #endsAt = 0;
  #stop = () => {};

  constructor(deps: StorageQuotaDeps) {
    this.#deps = deps;
  }

  /** Reads what this day has stored so far, and begins to write the counts. @throws as Database.query. */
  async start(): Promise<void> {
    const { uses, clock, onProblem, bytesPerDay } = this.#deps;
    if (bytesPerDay === null) return;
    this.#turnDay();
    for (const [userId, bytes] of await uses.list(this.#day())) this.#used.set(userId, bytes);
    this.#stop = periodically(clock, STORAGE_WRITE_PERIOD_MS, () => this.#write(), onProblem);
  }

  /** Writes the last counts, and ends. */
  async stop(): Promise<void> {
    this.#stop();
    if (this.#deps.bytesPerDay !== null) await this.#write().catch(this.#deps.onProblem);
  }

  /** Counts a text that is about to be stored. @throws ChatError quota_exceeded, which says when the day ends. */
  take(userId: number, content: string): void {
    const { bytesPerDay, clock } = this.#deps;
    if (bytesPerDay === null) return;
    if (clock.wall() >= this.#endsAt) this.#turnDay();
    const bytes = bytesOf(content);
    const used = (this.#used.get(userId) ?? 0) + bytes;
    if (used > bytesPerDay) throw this.#refusal(bytesPerDay);
    this.#used.set(userId, used);
    this.#unwritten.set(userId, (this.#unwritten.get(userId) ?? 0) + bytes);
  }

  /** Takes back a text that was not stored. */
  giveBack(userId: number, content: string): void {
    const used = this.#used.get(userId);
    const bytes = bytesOf(content);
    // A new day has begun with empty counts.
    if (used === undefined || used < bytes) return;
    this.#used.set(userId, used - bytes);
    this.#unwritten.set(userId, (this.#unwritten.get(userId) ?? 0) - bytes);
  }

  #refusal(bytesPerDay: number): ChatError {
    const retryAfterMs = this.#endsAt - this.#deps.clock.wall();
    const hours = Math.ceil(retryAfterMs / HOUR_MS);
    const detail = `you have stored ${Math.floor(bytesPerDay / MIB)} MiB of messages today: you can write again at 00:00 UTC, in ${hours === 1 ? 'less than an hour' : `about ${hours} hours`}`;
    return new ChatError('quota_exceeded', detail, { retryAfterMs });
  }

  #turnDay(): void {
    this.#endsAt = (Math.floor(this.#deps.clock.wall() / DAY_MS) + 1) * DAY_MS;
    this.#used = new Map();
    this.#unwritten = new Map();
  }

  /** The day of the counts, as 2026-01-31. */
  #day(): string {
    return new Date(this.#endsAt - DAY_MS).toISOString().slice(0, 10);
  }

  async #write(): Promise<void> {
    const [batch, day] = [this.#unwritten, this.#day()];
    if (batch.size === 0) return;
    this.#unwritten = new Map();
    try {
      await this.#deps.uses.add(day, batch);
    } catch (error) {
      // Counts of a day that has ended meanwhile are not needed.
      if (day === this.#day())
        for (const [userId, bytes] of batch)
          this.#unwritten.set(userId, (this.#unwritten.get(userId) ?? 0) + bytes);
      throw error;
    }
  }
}

function bytesOf(content: string): number {
  return MESSAGE_BASE_BYTES + Buffer.byteLength(content);
}
