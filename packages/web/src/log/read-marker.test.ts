import { describe, expect, it } from 'vitest';
import { createReading, READ_AFTER_MS } from './read-marker.ts';

function watch() {
  const state = { seq: 0, watched: true, marks: [] as number[], task: null as (() => void) | null };
  const reading = createReading({
    seenSeq: () => state.seq,
    isWatched: () => state.watched,
    mark: (seq) => state.marks.push(seq),
    delay(task, delayMs) {
      expect(delayMs).toBe(READ_AFTER_MS);
      state.task = task;
      return () => {
        state.task = null;
      };
    },
  });
  const elapse = () => {
    const { task } = state;
    state.task = null;
    task?.();
  };
  return { state, reading, elapse };
}

describe('reading', () => {
  it('marks what was in sight for the whole time, once', () => {
    const { state, reading, elapse } = watch();
    state.seq = 5;
    reading.poke();
    expect(state.marks).toEqual([]);
    elapse();
    expect(state.marks).toEqual([5]);
    reading.poke();
    expect(state.task).toBeNull();
  });

  it('gives what came meanwhile its own time', () => {
    const { state, reading, elapse } = watch();
    state.seq = 5;
    reading.poke();
    state.seq = 6;
    reading.poke();
    elapse();
    expect(state.marks).toEqual([5]);
    elapse();
    expect(state.marks).toEqual([5, 6]);
  });

  it('marks nothing when the person looks away before the time is over', () => {
    const { state, reading, elapse } = watch();
    state.seq = 5;
    reading.poke();
    state.watched = false;
    reading.poke();
    elapse();
    expect(state.marks).toEqual([]);
    state.watched = true;
    reading.poke();
    elapse();
    expect(state.marks).toEqual([5]);
  });

  it('does not mark what was scrolled out of sight within the time', () => {
    const { state, reading, elapse } = watch();
    state.seq = 5;
    reading.poke();
    state.seq = 3;
    elapse();
    expect(state.marks).toEqual([3]);
  });

  it('never moves backwards', () => {
    const { state, reading, elapse } = watch();
    state.seq = 5;
    reading.poke();
    elapse();
    state.seq = 3;
    reading.poke();
    elapse();
    expect(state.marks).toEqual([5]);
  });
});
