/**
 * When a room's sends may go. After a refusal that may pass the server takes nothing from us in that room until the refused
 * send comes again [S4]; so the room pauses, goes on with that one, and gathers speed with each that is stored.
 */
import type { ChatError } from '@banter/protocol';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';

export type LanesOptions = {
  clock: Clock;
  random(): number;
  /** A pause is over. */
  onResume(): void;
};

export type Lanes = {
  /** Whether a room may send one more now, when `unanswered` of its sends are on their way. */
  mayGo(roomId: number, unanswered: number): boolean;
  /** A send was refused but may be repeated. False when the server waits for another one than we do: only a new line helps. */
  refused(roomId: number, id: string, error: ChatError): boolean;
  stored(roomId: number, id: string): void;
  /** What made a room wait is over: it goes on at once. */
  resume(roomId: number): void;
  /** A send will not be repeated. */
  failed(roomId: number, id: string): void;
  /** A new line starts clean; each room may have up to `window` unanswered sends. */
  open(window: number): void;
  close(): void;
};

/** One room's way out. `gap` is the refused send for which the server waits. */
type Lane = { window: number; gap: string | null; refusals: number; resumeAt: number; cancelTimer(): void };

/** The lanes of all rooms on one line after another. */
export function createLanes({ clock, random, onResume }: LanesOptions): Lanes {
  let lanes = new Map<number, Lane>();
  let windowMax = 0;

  function of(roomId: number): Lane {
    const lane = lanes.get(roomId) ?? {
      window: windowMax,
      gap: null,
      refusals: 0,
      resumeAt: 0,
      cancelTimer() {},
    };
    lanes.set(roomId, lane);
    return lane;
  }

  function pause(lane: Lane, retryAfterMs: number): void {
    lane.window = 1;
    lane.refusals++;
    const delayMs = retryAfterMs + backoffMs(lane.refusals, random());
    lane.resumeAt = clock.now() + delayMs;
    lane.cancelTimer();
    lane.cancelTimer = clock.setTimer(onResume, delayMs);
  }

  function close(): void {
    for (const lane of lanes.values()) lane.cancelTimer();
    lanes = new Map();
  }

  return {
    mayGo(roomId, unanswered) {
      const lane = of(roomId);
      return clock.now() >= lane.resumeAt && unanswered < lane.window;
    },
    refused(roomId, id, error) {
      const lane = of(roomId);
      if (lane.gap === null && error.code === 'order_gap') return false;
      lane.gap ??= id;
      // Those after the gap are refused because of it, and say nothing about when to go on.
      if (lane.gap === id) pause(lane, error.retryAfterMs ?? 0);
      return true;
    },
    stored(roomId, id) {
      const lane = of(roomId);
      if (lane.gap === id) lane.gap = null;
      lane.refusals = 0;
      lane.window = Math.min(windowMax, lane.window + 1);
    },
    resume(roomId) {
      const lane = of(roomId);
      lane.cancelTimer();
      lane.resumeAt = clock.now();
      onResume();
    },
    failed(roomId, id) {
      const lane = of(roomId);
      if (lane.gap === id) lane.gap = null;
    },
    open(window) {
      close();
      windowMax = window;
    },
    close,
  };
}
