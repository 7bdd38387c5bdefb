/** What the input of a room is about, when it is more than a new message. */
import { markupText, parseMarkup, QUOTE_MAX_CHARS, type Quote } from '@banter/protocol';
import { type Signal, signal } from '@preact/signals';
import { visibleName } from '../text/format.ts';

/** `edit`: what is typed becomes the text of the message at `seq`. `reply`: it answers that message. */
export type Composing = { kind: 'edit'; seq: number } | { kind: 'reply'; seq: number; quote: Quote };

export type ComposingByRoom = {
  /** Null for a new message. */
  of(roomId: number): Composing | null;
  set(roomId: number, composing: Composing | null): void;
};

/** New messages everywhere. */
export function createComposing(): ComposingByRoom {
  const all: Signal<ReadonlyMap<number, Composing>> = signal(new Map());
  return {
    of: (roomId) => all.value.get(roomId) ?? null,
    set(roomId, composing) {
      const next = new Map(all.peek());
      if (composing === null) next.delete(roomId);
      else next.set(roomId, composing);
      all.value = next;
    },
  };
}

/** The first line of a message, as the server will quote it. */
export function quoteOf(userId: number, username: string, content: string): Quote {
  const [line = ''] = content.split('\n', 1);
  return { userId, username, line: Array.from(line).slice(0, QUOTE_MAX_CHARS).join('') };
}

/** `mira: the first line`, without the marks of formatting: a quote is a reminder. */
export function quoteText({ username, line }: Quote): string {
  return `${visibleName(username)}: ${markupText(parseMarkup(line))}`;
}
