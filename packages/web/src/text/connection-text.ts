/** The words for the state of the connection, as the status bar shows them. Pure. */
import type { ConnectionState } from '@banter/client';

/** A first connection that is quicker than this is not worth a word. */
const CONNECTING_SHOWN_AFTER_MS = 300;

export type LinkFacts = {
  state: ConnectionState;
  /** Milliseconds since the state was entered. */
  elapsedMs: number;
  queuedCount: number;
  latencyMs: number | null;
};

/** `isUp` decides between a filled and a hollow dot; `canRetry` offers `now`. */
export type LinkText = { text: string; isUp: boolean; canRetry: boolean };

/** What to show; null for nothing yet. */
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
