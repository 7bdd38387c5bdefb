import { afterEach, expect, it, vi } from 'vitest';
import { Listeners } from './listeners.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('calls all listeners even if one throws, and throws its error afterwards', () => {
  const later: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => later.push(task));
  const listeners = new Listeners<number>();
  const received: number[] = [];
  listeners.add(() => {
    throw new Error('a broken listener');
  });
  listeners.add((value) => received.push(value));
  listeners.emit(7);
  expect(received).toEqual([7]);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('a broken listener');
});

it('lets a listener remove itself while it is called', () => {
  const listeners = new Listeners<string>();
  const received: string[] = [];
  const leave = listeners.add((value) => {
    received.push(value);
    leave();
  });
  listeners.emit('first');
  listeners.emit('second');
  expect(received).toEqual(['first']);
});
