/** Who is typing where, and how often we say so ourselves. */
import type { Typing, TypingEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** We say it at most this often in a room. */
export const TYPING_SAID_MS = 3_000;

export type TypingOptions = {
  clock: Clock;
  /** How long a person counts as typing after the last word of it: the server says so. */
  shownMs(): number;
  send(command: Typing): boolean;
  onChange(roomId: number): void;
};

export type TypingBoard = {
  /** Usernames, in the order in which they began. */
  of(roomId: number): readonly string[];
  heard(event: TypingEvent): void;
  /** A message came: its author is done. */
  done(roomId: number, username: string): void;
  say(roomId: number): void;
  /** Our own message ended our typing: the next key is news again. */
  sent(roomId: number): void;
  clear(): void;
};

/** Nobody is typing yet. */
export function createTyping({ clock, shownMs, send, onChange }: TypingOptions): TypingBoard {
  const rooms = new Map<number, Map<string, () => void>>();
  const saidAt = new Map<number, number>();

  function stop(roomId: number, username: string): void {
    const typists = rooms.get(roomId);
    typists?.get(username)?.();
    if (typists?.delete(username)) onChange(roomId);
  }

  return {
    of: (roomId) => [...(rooms.get(roomId)?.keys() ?? [])],
    heard({ roomId, username }) {
      const typists = rooms.get(roomId) ?? new Map<string, () => void>();
      rooms.set(roomId, typists);
      const isNew = !typists.has(username);
      typists.get(username)?.();
      typists.set(
        username,
        clock.setTimer(() => stop(roomId, username), shownMs()),
      );
      if (isNew) onChange(roomId);
    },
    done: stop,
    say(roomId) {
      const last = saidAt.get(roomId);
      if (last !== undefined && clock.now() - last < TYPING_SAID_MS) return;
      if (send({ op: 'typing', roomId })) saidAt.set(roomId, clock.now());
    },
    sent: (roomId) => void saidAt.delete(roomId),
    clear() {
      for (const typists of rooms.values()) for (const cancel of typists.values()) cancel();
      rooms.clear();
      saidAt.clear();
    },
  };
}
