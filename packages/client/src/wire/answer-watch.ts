/** Notices a link on which commands get no answer: first it probes the link, then it gives the link up. */
import type { Command, ServerEvent, Unsubscribe } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** A command that waits this long for its answer makes the watch probe the link. */
export const PROBE_AFTER_MS = 3_000;
/** The link is dead when a command waits this long and no frame arrives either. */
export const ANSWER_MAX_MS = 6_000;
/** The same while other frames arrive: a slow line may have to deliver those before the answer. */
export const ANSWER_BUSY_MAX_MS = 15_000;
/** A link that was silent for this long is probed when a person is seen at the keyboard. */
export const PROBE_QUIET_MS = 10_000;

/** The id in a probe. No person has that room. */
const NO_ROOM_ID = Number.MAX_SAFE_INTEGER;

/** The means and listener of an AnswerWatch. */
export type AnswerWatchOptions = {
  clock: Clock;
  /** Sends a probe. */
  send(command: Unsubscribe): void;
  /** Called once, when the link is dead. */
  onDead(): void;
};

/** Watches one link until stopped. */
export class AnswerWatch {
  readonly #options: AnswerWatchOptions;
  readonly #unanswered = new Set<string>();
  #probes = 0;
  #hasProbed = false;
  /** When the last answer came, or else when the oldest unanswered command was sent. */
  #waitsSinceMs = 0;
  #heardAtMs: number;
  #cancelTimer = () => {};

  constructor(options: AnswerWatchOptions) {
    this.#options = options;
    this.#heardAtMs = options.clock.now();
  }

  /** Records a command that was sent. Commands without an id have no answer. */
  sent(command: Command): void {
    if (!('id' in command)) return;
    this.#unanswered.add(command.id);
    if (this.#unanswered.size === 1) this.#wait();
  }

  /** Records the events of a frame. */
  received(events: readonly ServerEvent[]): void {
    this.#heardAtMs = this.#options.clock.now();
    if (this.#unanswered.size === 0) return;
    let isAnswered = false;
    for (const event of events) {
      if (event.type !== 'ok' && event.type !== 'error') continue;
      if (event.id !== undefined && this.#unanswered.delete(event.id)) isAnswered = true;
    }
    if (isAnswered) this.#wait();
  }

  /**
   * Probes a link that has been silent, because a person is there and sees its state. With `hasSlept` the machine has slept,
   * perhaps with its monotonic clock: then the silence is not known.
   */
  check(hasSlept: boolean): void {
    const quietMs = this.#options.clock.now() - this.#heardAtMs;
    if (this.#unanswered.size === 0 && (hasSlept || quietMs >= PROBE_QUIET_MS)) this.#probe();
  }

  /** Stops watching. */
  stop(): void {
    this.#cancelTimer();
    this.#unanswered.clear();
  }

  /** Starts to wait for the next answer, if one is due. */
  #wait(): void {
    this.#cancelTimer();
    if (this.#unanswered.size === 0) return;
    this.#hasProbed = false;
    this.#waitsSinceMs = this.#options.clock.now();
    this.#lookAfter(PROBE_AFTER_MS);
  }

  #lookAfter(ms: number): void {
    this.#cancelTimer = this.#options.clock.setTimer(() => this.#look(), ms);
  }

  #look(): void {
    const now = this.#options.clock.now();
    const waitedMs = now - this.#waitsSinceMs;
    const quietMs = now - Math.max(this.#waitsSinceMs, this.#heardAtMs);
    if (quietMs >= ANSWER_MAX_MS || waitedMs >= ANSWER_BUSY_MAX_MS) {
      this.stop();
      this.#options.onDead();
      return;
    }
    this.#lookAfter(
      Math.min(ANSWER_BUSY_MAX_MS - waitedMs, this.#hasProbed ? ANSWER_MAX_MS - quietMs : PROBE_AFTER_MS),
    );
    if (!this.#hasProbed) this.#probe();
  }

  /** Sends a command that the server answers at once and that changes nothing. */
  #probe(): void {
    this.#hasProbed = true;
    this.#options.send({ op: 'unsubscribe', id: `is-alive-${++this.#probes}`, roomId: NO_ROOM_ID });
  }
}
