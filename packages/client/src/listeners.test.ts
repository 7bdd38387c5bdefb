import { afterEach, expect, it, vi } from 'vitest';
import { Listeners } from './listeners.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('tells everybody, even when one of them fails, and lets the failure surface afterwards', () => {
  const later: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => later.push(task));
  const listeners = new Listeners<number>();
  const heard: number[] = [];
  listeners.add(() => {
    throw new Error('a broken listener');
  });
  listeners.add((value) => heard.push(value));
  listeners.emit(7);
  expect(heard).toEqual([7]);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('a broken listener');
});

it('lets a listener leave, also while it is being told', () => {
  const listeners = new Listeners<string>();
  const heard: string[] = [];
  const leave = listeners.add((value) => {
    heard.push(value);
    leave();
  });
  listeners.emit('first');
  listeners.emit('second');
  expect(heard).toEqual(['first']);
});
