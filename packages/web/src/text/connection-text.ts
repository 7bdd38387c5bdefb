/** The status bar's text for the state of the connection. Pure. */
import type { ConnectionState } from '@banter/client';

/** A first connection that takes less time than this is not mentioned. */
const CONNECTING_SHOWN_AFTER_MS = 300;

/** Everything the text depends on. */
export type LinkFacts = {
  state: ConnectionState;
  /** Milliseconds since the state was entered. */
  elapsedMs: number;
  /** Messages that wait to be sent. */
  queuedCount: number;
  /** The last round trip; null when not measured. */
  latencyMs: number | null;
};

/** The text, with a filled dot when `isUp` and a hollow one otherwise. `canRetry` shows the button `now`. */
export type LinkText = { text: string; isUp: boolean; canRetry: boolean };

/** The text for a state; null when nothing should be shown. */
export function linkText({ state, elapsedMs, queuedCount, latencyMs }: LinkFacts): LinkText | null {
  const queued = queuedCount === 0 ? '' : `, ${queuedCount} queued`;
  switch (state.name) {
    case 'idle':
      return null;
    case 'connecting':
      return elapsedMs < CONNECTING_SHOWN_AFTER_MS ? null : down(`connecting…${queued}`);
    case 'live':
      return {
        text: latencyMs === null ? 'live' : `live ${Math.round(latencyMs)} ms`,
        isUp: true,
        canRetry: false,
      };
    case 'reconnecting': {
      if (state.obstacle !== undefined) return down(`a proxy blocks the connection${queued}`, true);
      if (state.restarting) return down(`server restarting${queued}`, true);
      const seconds = Math.max(0, Math.ceil((state.inMs - elapsedMs) / 1_000));
      return down(`reconnecting in ${seconds} s${queued}`, true);
    }
    case 'offline':
      return down(`offline${queued}`, true);
    case 'ended':
      return down(`session ended${queued}`);
  }
}

function down(text: string, canRetry = false): LinkText {
  return { text, isUp: false, canRetry };
}
