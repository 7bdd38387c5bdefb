/**
 * Whether there is space to store more [L10]. While there is not, what would grow the database is refused in words. Reading, deleting,
 * leaving, moderation and sign-in go on.
 */
import { ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** The space for the database, in bytes: `free` until the bound that the settings give; negative below it. */
export type ReadFreeSpace = () => Promise<{ free: number; bound: number }>;

/** The parts that DiskSpace works with. */
export type DiskSpaceDeps = {
  /** Reads the space that is left; null if nothing bounds it. */
  readFreeSpace: ReadFreeSpace | null;
  clock: Pick<Clock, 'every'>;
  onProblem: OnProblem;
  /** Called when the state changes. */
  onChange: (isLow: boolean) => void;
};

/** How often the space is read. */
export const DISK_CHECK_PERIOD_MS = 5_000;
/** Writing is allowed again with this much more space than at the bound, as a share of the bound. */
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

  /** Reads the space, and begins to read it in periods. A space that cannot be read leaves the state as it is. */
  async start(): Promise<void> {
    const { clock, onProblem, readFreeSpace } = this.#deps;
    if (!readFreeSpace) return;
    await this.#check(readFreeSpace).catch(onProblem);
    this.#stop = periodically(clock, DISK_CHECK_PERIOD_MS, () => this.#check(readFreeSpace), onProblem);
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

  async #check(readFreeSpace: ReadFreeSpace): Promise<void> {
    const { free, bound } = await readFreeSpace();
    const isLow = free < (this.#isLow ? bound * MARGIN : 0);
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    this.#deps.onChange(isLow);
  }
}
