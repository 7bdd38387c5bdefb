import { describe, expect, it } from 'vitest';
import { createHistory, HISTORY_MAX } from './history.ts';

function historyOf(...lines: string[]) {
  const history = createHistory();
  for (const line of lines) history.add(line);
  return history;
}

describe('history', () => {
  it('walks to older lines and back to the draft', () => {
    const history = historyOf('one', 'two');
    expect(history.older('draft')).toBe('two');
    expect(history.older('two')).toBe('one');
    expect(history.older('one')).toBeNull();
    expect(history.newer('one')).toBe('two');
    expect(history.newer('two')).toBe('draft');
    expect(history.newer('draft')).toBeNull();
  });

  it('keeps edits of old lines during a walk', () => {
    const history = historyOf('one', 'two');
    history.older('');
    expect(history.older('two!')).toBe('one');
    expect(history.newer('one')).toBe('two!');
  });

  it('returns to the draft when stopped, unless the old line was edited', () => {
    const history = historyOf('one');
    expect(history.stop('my draft')).toBeNull();
    history.older('my draft');
    expect(history.stop('one, edited')).toBeNull();
    expect(history.stop('one')).toBe('my draft');
    expect(history.stop('my draft')).toBeNull();
  });

  it('stores a repeated line once and keeps a hundred lines', () => {
    const history = historyOf('same', 'same');
    history.older('');
    expect(history.older('same')).toBeNull();
    const long = historyOf(...Array.from({ length: HISTORY_MAX + 5 }, (_, index) => `line ${index}`));
    let steps = 0;
    while (long.older('') !== null) steps++;
    expect(steps).toBe(HISTORY_MAX);
  });
});
