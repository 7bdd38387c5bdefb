/** Failed sign-ins, for the audit log. A flood of them is counted, not written row by row. */
import type { Clock } from '../../clock.ts';
import type { AuditStore } from '../../store/audit.ts';
import { networkOf } from '../limits/network.ts';
import type { Background, OnProblem } from '../periodic.ts';

/** The parts that FailedSignIns works with. */
export type FailedSignInsDeps = {
  audit: Pick<AuditStore, 'record'>;
  clock: Pick<Clock, 'every'>;
  onProblem: OnProblem;
};

/** In each period, one account and network gets at most two rows: the first failure, and how many more there were. */
export const FAILURES_PERIOD_MS = 60_000;
/** How many accounts and networks get rows of their own in a period. The others share one number. */
export const FAILURE_ROWS_MAX = 20;

/** The failures of the current period. */
export class FailedSignIns implements Background {
  readonly #deps: FailedSignInsDeps;
  #rows = new Map<string, { subject: Subject; more: number }>();
  #others = 0;
  #stop = () => {};

  constructor(deps: FailedSignInsDeps) {
    this.#deps = deps;
  }

  /** Begins to write the counts of each period. */
  start(): void {
    this.#stop = this.#deps.clock.every(FAILURES_PERIOD_MS, () => void this.#flush());
  }

  /** Writes the counts of the current period, and ends. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#flush();
  }

  /** Records a failure. @param accountId null if no account has the name that was tried. */
  record(accountId: number | null, address: string): void {
    const key = `${accountId} ${networkOf(address)}`;
    const known = this.#rows.get(key);
    if (known) known.more++;
    else if (this.#rows.size >= FAILURE_ROWS_MAX) this.#others++;
    else {
      const subject = { ...(accountId === null ? {} : { userId: accountId }), address };
      this.#rows.set(key, { subject, more: 0 });
      // Not awaited: the time must not reveal whether the account exists.
      void this.#write(subject);
    }
  }

  async #flush(): Promise<void> {
    const [rows, others] = [this.#rows, this.#others];
    this.#rows = new Map();
    this.#others = 0;
    for (const { subject, more } of rows.values()) if (more > 0) await this.#write({ ...subject, more });
    if (others > 0) await this.#write({ more: others });
  }

  #write(subject: object): Promise<void> {
    const { audit, onProblem } = this.#deps;
    return audit
      .record({ actorId: null, act: 'session.login-failed', subject: { ...subject } })
      .catch(onProblem);
  }
}

type Subject = { userId?: number; address: string };
