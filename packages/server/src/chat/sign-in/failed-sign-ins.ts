/** Sign-ins that failed, for the audit log: so that a flood of them fills no disk. */
import type { Clock } from '../../clock.ts';
import type { AuditStore } from '../../store/audit.ts';
import { networkOf } from '../limits/network.ts';

export type FailedSignIns = {
  /** A try failed: at an account, or null where no account has the name that was tried. Returns at once. */
  record(accountId: number | null, address: string): void;
  /** Writes what was only counted, and ends. */
  stop(): Promise<void>;
};

export type FailedSignInsDeps = {
  audit: Pick<AuditStore, 'record'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** One account and network has at most two rows in such a time: its first try, and how many more there were. */
export const FAILURES_PERIOD_MS = 60_000;
/** So many accounts and networks have rows of their own in a period; what the others tried is one number together. */
export const FAILURES_TOLD_MAX = 20;

export function createFailedSignIns({ audit, clock, onProblem }: FailedSignInsDeps): FailedSignIns {
  let told = new Map<string, { subject: Subject; more: number }>();
  let others = 0;

  function write(subject: object): Promise<void> {
    return audit
      .record({ actorId: null, act: 'session.login-failed', subject: { ...subject } })
      .catch(onProblem);
  }

  async function flush(): Promise<void> {
    const [last, untold] = [told, others];
    told = new Map();
    others = 0;
    for (const { subject, more } of last.values()) if (more > 0) await write({ ...subject, more });
    if (untold > 0) await write({ more: untold });
  }

  const stopFlushing = clock.every(FAILURES_PERIOD_MS, () => void flush());
  return {
    record(userId, address) {
      const key = `${userId} ${networkOf(address)}`;
      const known = told.get(key);
      if (known) known.more++;
      else if (told.size >= FAILURES_TOLD_MAX) others++;
      else {
        const subject = { ...(userId === null ? {} : { userId }), address };
        told.set(key, { subject, more: 0 });
        // Not waited for: how long it takes must not tell whether there is such an account.
        void write(subject);
      }
    },
    async stop() {
      stopFlushing();
      await flush();
    },
  };
}

type Subject = { userId?: number; address: string };
