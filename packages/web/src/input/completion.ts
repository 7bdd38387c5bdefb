/** Tab completion in the input: nicks, `#rooms` and `/commands`. Pure: the input applies the result. */

import { isNamed } from '../text/name-match.ts';

/** The names that can be completed. */
export type CompletionSource = {
  /** Usernames, likeliest first: last speakers, then everybody else in the room, then people of other rooms. */
  nicks: readonly string[];
  /** Display names by username. */
  displayNames?: ReadonlyMap<string, string>;
  rooms: readonly string[];
  commands: readonly string[];
};

/** The beginning of a name in the word that ends at `caret`; empty when the word can be no name. */
export function nameBefore(text: string, caret: number): string {
  const word = /\S*$/.exec(text.slice(0, caret))?.[0] ?? '';
  return /^[/#]/.test(word) ? '' : word.replace(/^@/, '');
}

/** The input's text and cursor after a completion. */
export type Completed = { text: string; caret: number };

/** The completion of one input. It remembers the running cycle. */
export type Completion = {
  /**
   * Inserts the first candidate for the word before `caret`, or the next one (`step` 1) or previous one (`step` -1) when
   * Tab is pressed again. Null when there is no candidate.
   */
  next(text: string, caret: number, step: 1 | -1, source: CompletionSource): Completed | null;
};

type Cycle = { head: string; tail: string; candidates: string[]; index: number; shown: Completed };

/** Creates a completion. A cycle ends as soon as the input holds anything but the last result. */
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

/** Usernames without `self`, each once: last speakers first, then `present`. `spoken` is oldest first. */
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
  // Starts one before the first candidate (or one after the last), so that the first step selects it.
  const index = step === 1 ? -1 : candidates.length;
  return { head, tail: text.slice(caret), candidates, index, shown: { text, caret } };
}

function candidatesFor(word: string, atLineStart: boolean, source: CompletionSource): string[] {
  if (word === '') return [];
  if (word.startsWith('/') && atLineStart) return matches(word, '/', source.commands, ' ');
  if (word.startsWith('#')) return matches(word, '#', source.rooms, ' ');
  if (word.startsWith('@')) return people(word.slice(1), '@', source, ' ');
  return people(word, '', source, atLineStart ? ': ' : ' ');
}

function people(begin: string, sigil: string, source: CompletionSource, ending: string): string[] {
  const { nicks, displayNames } = source;
  return nicks
    .filter((username) => isNamed({ username, displayName: displayNames?.get(username) ?? '' }, begin))
    .map((username) => sigil + username + ending);
}

function matches(word: string, sigil: string, names: readonly string[], ending: string): string[] {
  const start = word.slice(sigil.length).toLowerCase();
  return names.filter((name) => name.toLowerCase().startsWith(start)).map((name) => sigil + name + ending);
}
