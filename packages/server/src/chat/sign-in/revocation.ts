/** The backstop of [A4]: sockets of sessions that ended where nobody told this server are found and closed. */
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { SessionStore } from '../../store/sessions.ts';
import { periodically } from '../periodic.ts';

export type RevocationDeps = {
  sessions: Pick<SessionStore, 'listLive'>;
  hub: Pick<Hub, 'sessionIds' | 'endSession'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** How often the sessions of all open sockets are looked up. */
export const REVOCATION_PERIOD_MS = 5_000;

/** Begins looking; the returned function ends it. A store that is away is asked again at the next look. */
export function watchRevocations({ sessions, hub, clock, onProblem }: RevocationDeps): () => void {
  async function look(): Promise<void> {
    const open = hub.sessionIds();
    if (open.length === 0) return;
    const live = new Set(await sessions.listLive(open, new Date(clock.wall())));
    for (const sessionId of open) if (!live.has(sessionId)) hub.endSession(sessionId, 'session_ended');
  }

  return periodically(clock, REVOCATION_PERIOD_MS, look, onProblem);
}
