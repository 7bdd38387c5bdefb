/** Tab completion in the input: nicks, `#rooms` and `/commands`. Pure: the input applies the result. */

export type CompletionSource = {
  /** Usernames, the likeliest first: last speakers, then everybody else in the room. */
  nicks: readonly string[];
  rooms: readonly string[];
  commands: readonly string[];
};

/** The input's text and caret with a candidate put in. */
export type Completed = { text: string; caret: number };

export type Completion = {
  /** Puts in the first candidate, or the next one when Tab is pressed again (`step` 1 or -1); null for none. */
  next(text: string, caret: number, step: 1 | -1, source: CompletionSource): Completed | null;
};

type Cycle = { head: string; tail: string; candidates: string[]; index: number; shown: Completed };

/** Remembers the running cycle; it ends as soon as the input holds anything but the last result. */
export function createCompletion(): Completion {
  let cycle: Cycle | null = null;
  return {
    next(text, caret, step, source) {
      if (cycle === null || cycle.shown.text !== text || cycle.shown.caret !== caret) {
        cycle = startCycle(text, caret, step, source);
      }
      if (cycle === null) return null;
      const { candidates } = cycle;
      cycle.index = (cycle.index + step + candidates.length) % candidates.length;
      const filled = cycle.head + (candidates[cycle.index] ?? '');
      cycle.shown = { text: filled + cycle.tail, caret: filled.length };
      return cycle.shown;
    },
  };
}

/** Last speakers first, each name once, without `self`. `spoken` is in the order of speaking, oldest first. */
export function nickOrder(spoken: readonly string[], present: readonly string[], self: string): string[] {
  const names = new Set([...spoken.toReversed(), ...present]);
  names.delete(self);
  return [...names];
}

function startCycle(text: string, caret: number, step: 1 | -1, source: CompletionSource): Cycle | null {
  const before = text.slice(0, caret);
  const word = /\S*$/.exec(before)?.[0] ?? '';
  const head = before.slice(0, before.length - word.length);
  const candidates = candidatesFor(word, head === '', source);
  if (candidates.length === 0) return null;
  // One step before the first candidate, so that the first step lands on it (or, backwards, on the last).
  const index = step === 1 ? -1 : candidates.length;
  return { head, tail: text.slice(caret), candidates, index, shown: { text, caret } };
}

function candidatesFor(word: string, atLineStart: boolean, source: CompletionSource): string[] {
  if (word === '') return [];
  if (word.startsWith('/') && atLineStart) return matches(word, '/', source.commands, ' ');
  if (word.startsWith('#')) return matches(word, '#', source.rooms, ' ');
  if (word.startsWith('@')) return matches(word, '@', source.nicks, ' ');
  return matches(word, '', source.nicks, atLineStart ? ': ' : ' ');
}

function matches(word: string, sigil: string, names: readonly string[], ending: string): string[] {
  const start = word.slice(sigil.length).toLowerCase();
  return names.filter((name) => name.toLowerCase().startsWith(start)).map((name) => sigil + name + ending);
}
