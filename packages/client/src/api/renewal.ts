/** Gives a live line a new access token before the one it was opened with expires. */
import type { Auth } from '@banter/protocol';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { TokenSession } from './token-session.ts';

/** However short a token's life, it is not renewed more often. */
export const RENEW_EVERY_MIN_MS = 1_000;

export type RenewalOptions = {
  clock: Clock;
  random(): number;
  newId(): string;
  session: TokenSession;
  send(command: Auth): boolean;
};

export type Renewal = {
  /** A line is live. */
  start(): void;
  stop(): void;
  /** Whether `id` was that of a renewal. */
  isOwn(id: string): boolean;
};

/** One line's renewals at a time. */
export function createRenewal({ clock, random, newId, session, send }: RenewalOptions): Renewal {
  let cancel = () => {};
  let turn = 0;
  let lastId = '';

  function plan(delayMs: number, attempt: number): void {
    cancel = clock.setTimer(() => void renew(attempt), delayMs);
  }

  async function renew(attempt: number): Promise<void> {
    const mine = turn;
    try {
      const token = await session.token();
      if (mine !== turn) return;
      lastId = newId();
      send({ op: 'auth', id: lastId, token });
      plan(Math.max(RENEW_EVERY_MIN_MS, session.dueInMs()), 1);
    } catch {
      // Out of reach: tried again until the server closes the line. A session that is over ends the line by itself.
      if (mine === turn) plan(backoffMs(attempt, random()), attempt + 1);
    }
  }

  function stop(): void {
    turn++;
    cancel();
  }

  return {
    start() {
      stop();
      plan(session.dueInMs(), 1);
    },
    stop,
    isOwn: (id) => id === lastId,
  };
}
