/** The people who are typing in each room, and the caller's own `typing` commands. */
import type { Typing, TypingEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** The shortest time between two `typing` commands in a room. */
export const TYPING_SEND_EVERY_MS = 3_000;

/** The means and listener of a TypingBoard. */
export type TypingOptions = {
  clock: Clock;
  /** Returns how long a `typing` event is shown, in milliseconds. */
  shownMs(): number;
  /** Sends a command; false without a link. */
  send(command: Typing): boolean;
  /** Called when other people are typing in a room than before. */
  onChange(roomId: number): void;
};

/** Owns the typing people and the times of the caller's own commands. */
export class TypingBoard {
  readonly #options: TypingOptions;
  /** By room and username, the function that cancels the expiry. */
  readonly #rooms = new Map<number, Map<string, () => void>>();
  readonly #sentAtMs = new Map<number, number>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** Returns the usernames of people who are typing in a room, in the order in which they began. */
  of(roomId: number): readonly string[] {
    return [...(this.#rooms.get(roomId)?.keys() ?? [])];
  }

  /** Shows a person as typing until the event expires. */
  show({ roomId, username }: TypingEvent): void {
    const { clock, shownMs, onChange } = this.#options;
    const typists = this.#rooms.get(roomId) ?? new Map<string, () => void>();
    this.#rooms.set(roomId, typists);
    const cancelExpiry = typists.get(username);
    cancelExpiry?.();
    typists.set(
      username,
      clock.setTimer(() => this.hide(roomId, username), shownMs()),
    );
    if (!cancelExpiry) onChange(roomId);
  }

  /** Shows a person as typing no longer. */
  hide(roomId: number, username: string): void {
    const typists = this.#rooms.get(roomId);
    typists?.get(username)?.();
    if (typists?.delete(username)) this.#options.onChange(roomId);
  }

  /** Sends that the caller is typing, unless it was sent less than TYPING_SEND_EVERY_MS ago. */
  send(roomId: number): void {
    const { clock, send } = this.#options;
    const sentAtMs = this.#sentAtMs.get(roomId);
    if (sentAtMs !== undefined && clock.now() - sentAtMs < TYPING_SEND_EVERY_MS) return;
    if (send({ op: 'typing', roomId })) this.#sentAtMs.set(roomId, clock.now());
  }

  /** Lets the next `send` through at once, because the caller's message has ended the typing. */
  allowSend(roomId: number): void {
    this.#sentAtMs.delete(roomId);
  }

  /** Forgets everything. */
  clear(): void {
    for (const typists of this.#rooms.values()) for (const cancelExpiry of typists.values()) cancelExpiry();
    this.#rooms.clear();
    this.#sentAtMs.clear();
  }
}
