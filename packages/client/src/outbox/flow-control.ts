/**
 * Per-room flow control. After a retryable rejection the server accepts no send in that room until the rejected one comes
 * again [S4]. So the room pauses, repeats that send, and then widens its window with each stored one.
 */
import type { ChatError } from '@banter/protocol';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';

/** The means and listener of a FlowControl. */
export type FlowControlOptions = {
  clock: Clock;
  /** A number from 0 to below 1, for backoff. */
  random(): number;
  /** Called when the pause of a room ends. */
  onResume(): void;
};

/** One room on one link. */
type Flow = {
  /** The number of unanswered sends that the room may have. */
  window: number;
  /** The id of the rejected send that the server waits for. */
  gapId: string | null;
  /** Rejections since the last stored send. */
  rejections: number;
  resumeAtMs: number;
  cancelTimer(): void;
};

/** Decides when each room's next send may leave. */
export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #flows = new Map<number, Flow>();
  #windowMax = 0;

  constructor(options: FlowControlOptions) {
    this.#options = options;
  }

  /** Starts on a new link, on which each room may have up to `windowMax` unanswered sends. */
  open(windowMax: number): void {
    this.close();
    this.#windowMax = windowMax;
  }

  /** Forgets the state of all rooms, at the end of a link. */
  close(): void {
    for (const flow of this.#flows.values()) flow.cancelTimer();
    this.#flows.clear();
  }

  /** Whether a room with `unanswered` sends may send one more now. */
  maySend(roomId: number, unanswered: number): boolean {
    const flow = this.#flowOf(roomId);
    return this.#options.clock.now() >= flow.resumeAtMs && unanswered < flow.window;
  }

  /**
   * Pauses a room after a retryable rejection.
   * @returns false when the server waits for a send that this client does not know; only a new link helps then
   */
  pauseAfter(roomId: number, id: string, error: ChatError): boolean {
    const flow = this.#flowOf(roomId);
    if (flow.gapId === null && error.code === 'order_gap') return false;
    flow.gapId ??= id;
    // Later sends are rejected because of the gap; their errors do not say when to continue.
    if (flow.gapId === id) this.#pause(flow, error.retryAfterMs ?? 0);
    return true;
  }

  /** Widens the window of a room after a send was stored. */
  widenAfter(roomId: number, id: string): void {
    const flow = this.#flowOf(roomId);
    if (flow.gapId === id) flow.gapId = null;
    flow.rejections = 0;
    flow.window = Math.min(this.#windowMax, flow.window + 1);
  }

  /** Records that a send will not be repeated. */
  giveUp(roomId: number, id: string): void {
    const flow = this.#flowOf(roomId);
    if (flow.gapId === id) flow.gapId = null;
  }

  /** Ends the pause of a room at once. */
  resume(roomId: number): void {
    const flow = this.#flowOf(roomId);
    flow.cancelTimer();
    flow.resumeAtMs = this.#options.clock.now();
    this.#options.onResume();
  }

  #pause(flow: Flow, retryAfterMs: number): void {
    const { clock, random, onResume } = this.#options;
    flow.window = 1;
    flow.rejections++;
    const delayMs = retryAfterMs + backoffMs(flow.rejections, random());
    flow.resumeAtMs = clock.now() + delayMs;
    flow.cancelTimer();
    flow.cancelTimer = clock.setTimer(onResume, delayMs);
  }

  #flowOf(roomId: number): Flow {
    let flow = this.#flows.get(roomId);
    if (!flow) {
      flow = { window: this.#windowMax, gapId: null, rejections: 0, resumeAtMs: 0, cancelTimer() {} };
      this.#flows.set(roomId, flow);
    }
    return flow;
  }
}
