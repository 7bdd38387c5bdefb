/**
 * Tab completion in the input: nicks, `#rooms` and `/commands`. Pure: the input applies the result. Signs of East Asian keyboards
 * count as those of ASCII, and are completed to them.
 */

import { nameBeginnings } from '@banter/protocol';
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

/** Tab in the page's input. `before` is the text before the cursor. */
export type TabCompletion = {
  /** The input's text after Tab (`step` 1) or Shift+Tab (-1), by the names that are known; null without a candidate. */
  next(text: string, caret: number, step: 1 | -1): Completed | null;
  /** Looks for more people whose names may begin at the end of `before`. Resolves when they are known. */
  lookUp(before: string): Promise<unknown>;
  /** Looks soon for the person whose `@name` is being typed, so that Tab knows them. */
  lookUpCalled(before: string): void;
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

/** A command, which is the beginning of the text. */
const COMMAND = /^[/／](\S*)$/;
/** The name of a room. Its sign neither continues a word or an address, nor is it one of several. */
const ROOM = /(?<![\p{L}\p{M}\p{N}_/&=?#＃])[#＃]([\w.~-]*)$/u;

function startCycle(text: string, caret: number, step: 1 | -1, source: CompletionSource): Cycle | null {
  const before = text.slice(0, caret);
  const { start, candidates } = candidatesIn(before, source);
  if (candidates.length === 0) return null;
  // Starts one before the first candidate (or one after the last), so that the first step selects it.
  const index = step === 1 ? -1 : candidates.length;
  return { head: before.slice(0, start), tail: text.slice(caret), candidates, index, shown: { text, caret } };
}

/** The candidates for the name at the end of `text`, and where it starts. */
function candidatesIn(text: string, source: CompletionSource): { start: number; candidates: string[] } {
  const command = COMMAND.exec(text);
  if (command) return { start: 0, candidates: matches(command[1] ?? '', '/', source.commands) };
  const room = ROOM.exec(text);
  if (room) return { start: room.index, candidates: matches(room[1] ?? '', '#', source.rooms) };
  for (const { start, begin, isExplicit } of nameBeginnings(text)) {
    const ending = isExplicit || start > 0 ? ' ' : ': ';
    const candidates = people(begin, isExplicit ? '@' : '', source, ending);
    if (candidates.length > 0) return { start, candidates };
  }
  return { start: text.length, candidates: [] };
}

function people(begin: string, sigil: string, source: CompletionSource, ending: string): string[] {
  const { nicks, displayNames } = source;
  return nicks
    .filter((username) => isNamed({ username, displayName: displayNames?.get(username) ?? '' }, begin))
    .map((username) => sigil + username + ending);
}

function matches(begin: string, sigil: string, names: readonly string[]): string[] {
  const start = begin.toLowerCase();
  return names.filter((name) => name.toLowerCase().startsWith(start)).map((name) => `${sigil}${name} `);
}
