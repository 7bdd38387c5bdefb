/**
 * Whether there is room to store more [L10]. While there is not, what would grow the database is refused in words. Reading, deleting,
 * leaving, moderation and sign-in go on.
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** The room for the database, in bytes: `free` until the bound that the settings give; negative below it. */
export type ReadRoom = () => Promise<{ free: number; bound: number }>;

/** The parts that DiskSpace works with. */
export type DiskSpaceDeps = {
  /** Reads the room that is left; null if nothing bounds it. */
  readRoom: ReadRoom | null;
  clock: Pick<Clock, 'every'>;
  onProblem: OnProblem;
  /** Called when the state changes. */
  onChange: (isLow: boolean) => void;
};

/** How often the room is read. */
export const DISK_CHECK_PERIOD_MS = 5_000;
/** Writing is allowed again with this much more room than at the bound, as a share of the bound. */
const MARGIN = 1 / 10;
const RETRY_AFTER_MS = 10_000;

/** The state of the disk, as of the last check. */
export class DiskSpace implements Background {
  readonly #deps: DiskSpaceDeps;
  #isLow = false;
  #stop = () => {};

  constructor(deps: DiskSpaceDeps) {
    this.#deps = deps;
  }

  /** Reads the room, and begins to read it in periods. A room that cannot be read leaves the state as it is. */
  async start(): Promise<void> {
    const { clock, onProblem, readRoom } = this.#deps;
    if (!readRoom) return;
    await this.#check(readRoom).catch(onProblem);
    this.#stop = periodically(clock, DISK_CHECK_PERIOD_MS, () => this.#check(readRoom), onProblem);
  }

  /** Ends the checks. */
  stop(): void {
    this.#stop();
  }

  /** Whether writes are refused. */
  get isLow(): boolean {
    return this.#isLow;
  }

  /** Lets what stores more pass. @throws ChatError unavailable while the disk is nearly full. */
  require(): void {
    if (!this.#isLow) return;
    const detail =
      'the server has almost no disk space left and stores nothing new: try again later, or tell its administrator';
    throw new ChatError('unavailable', detail, { retryAfterMs: RETRY_AFTER_MS });
  }

  async #check(readRoom: ReadRoom): Promise<void> {
    const { free, bound } = await readRoom();
    const isLow = free < (this.#isLow ? bound * MARGIN : 0);
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    this.#deps.onChange(isLow);
  }
}
