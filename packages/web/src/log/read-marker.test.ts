import { describe, expect, it } from 'vitest';
import { createReadMarker, READ_AFTER_MS } from './read-marker.ts';

function watch() {
  const state = { seq: 0, watched: true, marks: [] as number[], task: null as (() => void) | null };
  const marker = createReadMarker({
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
  return { state, marker, elapse };
}

describe('read mark', () => {
  it('moves once over messages that were in sight for the whole delay', () => {
    const { state, marker, elapse } = watch();
    state.seq = 5;
    marker.check();
    expect(state.marks).toEqual([]);
    elapse();
    expect(state.marks).toEqual([5]);
    marker.check();
    expect(state.task).toBeNull();
  });

  it('gives later messages a delay of their own', () => {
    const { state, marker, elapse } = watch();
    state.seq = 5;
    marker.check();
    state.seq = 6;
    marker.check();
    elapse();
    expect(state.marks).toEqual([5]);
    elapse();
    expect(state.marks).toEqual([5, 6]);
  });

  it('does not move when the page loses attention within the delay', () => {
    const { state, marker, elapse } = watch();
    state.seq = 5;
    marker.check();
    state.watched = false;
    marker.check();
    elapse();
    expect(state.marks).toEqual([]);
    state.watched = true;
    marker.check();
    elapse();
    expect(state.marks).toEqual([5]);
  });

  it('does not move over messages that were scrolled out of sight within the delay', () => {
    const { state, marker, elapse } = watch();
    state.seq = 5;
    marker.check();
    state.seq = 3;
    elapse();
    expect(state.marks).toEqual([3]);
  });

  it('never moves backwards', () => {
    const { state, marker, elapse } = watch();
    state.seq = 5;
    marker.check();
    elapse();
    state.seq = 3;
    marker.check();
    elapse();
    expect(state.marks).toEqual([5]);
  });
});
