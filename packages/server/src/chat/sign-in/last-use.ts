/** When each session was last used: gathered here, and written once a minute for all, so that no request waits for it. */
import type { Clock } from '../../clock.ts';
import type { SessionStore } from '../../store/sessions.ts';

export type LastUse = {
  /** To be told of every request, and of every command. */
  record(sessionId: number): void;
  /** When it was used, if that is not written yet (ISO 8601). */
  of(sessionId: number): string | undefined;
  stop(): void;
};

export type LastUseDeps = {
  sessions: Pick<SessionStore, 'touch'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** So old may be what the store knows: a session is written at most so often. */
export const LAST_USE_PERIOD_MS = 60_000;
/** Sessions of one statement. */
const WRITTEN_AT_ONCE = 1_000;

/** Begins gathering. What could not be written goes with the next. */
export function createLastUse({ sessions, clock, onProblem }: LastUseDeps): LastUse {
  let used = new Map<number, number>();

  async function write(): Promise<void> {
    const taken = used;
    if (taken.size === 0) return;
    used = new Map();
    const uses = [...taken].map(([sessionId, at]) => ({ sessionId, at: new Date(at) }));
    try {
      while (uses.length > 0) {
        await sessions.touch(uses.slice(-WRITTEN_AT_ONCE));
        uses.splice(-WRITTEN_AT_ONCE);
      }
    } catch (error) {
      for (const { sessionId, at } of uses) if (!used.has(sessionId)) used.set(sessionId, at.getTime());
      onProblem(error);
    }
  }

  return {
    record: (sessionId) => void used.set(sessionId, clock.wall()),
    of(sessionId) {
      const at = used.get(sessionId);
      return at === undefined ? undefined : new Date(at).toISOString();
    },
    stop: clock.every(LAST_USE_PERIOD_MS, () => void write()),
  };
}
