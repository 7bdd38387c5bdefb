/**
 * The backstop of [A4]: closes the sockets of sessions that ended without this server being told. An act that ends sessions
 * closes their sockets itself, at once: sessions.ts, own-account.ts and administration.ts call `hub.endSessions`.
 */
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { SessionStore } from '../../store/sessions.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';

/** The parts that RevocationCheck works with. */
export type RevocationCheckDeps = {
  sessions: Pick<SessionStore, 'listLive'>;
  hub: Pick<Hub, 'sessionIds' | 'endSessions'>;
  clock: Pick<Clock, 'every' | 'wall'>;
  onProblem: OnProblem;
};

/** How often the sessions of all open sockets are checked. */
export const REVOCATION_PERIOD_MS = 5_000;

/** Checks in periods whether the sessions of open sockets still live. */
export class RevocationCheck implements Background {
  readonly #deps: RevocationCheckDeps;
  #stop = () => {};

  constructor(deps: RevocationCheckDeps) {
    this.#deps = deps;
  }

  /** Begins. A store that is away is asked again in the next period. */
  start(): void {
    const { clock, onProblem } = this.#deps;
    this.#stop = periodically(clock, REVOCATION_PERIOD_MS, () => this.#check(), onProblem);
  }

  /** Ends the checks. */
  stop(): void {
    this.#stop();
  }

  async #check(): Promise<void> {
    const { sessions, hub, clock } = this.#deps;
    const open = hub.sessionIds();
    if (open.length === 0) return;
    const live = new Set(await sessions.listLive(open, new Date(clock.wall())));
    hub.endSessions(open.filter((sessionId) => !live.has(sessionId)));
  }
}
