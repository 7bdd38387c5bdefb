/** Data that a panel loads from the server. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { problemText } from '../../text/problem.ts';

/** The data, and ways to change it. */
export type Loaded<T> = {
  /** Null until it is loaded. */
  value: T | null;
  /** Why loading or a change failed; empty when nothing did. */
  problem: Signal<string>;
  /** Loads the data again. */
  load(): Promise<void>;
  /** Waits for `task` and loads the data again. A failure becomes the `problem`. */
  change(task: Promise<unknown>): Promise<void>;
};

/** Loads data with `fetchData` when the panel opens. */
export function useLoaded<T>(fetchData: () => Promise<T>): Loaded<T> {
  const value = useSignal<T | null>(null);
  const problem = useSignal('');
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task();
      problem.value = '';
    } catch (error) {
      problem.value = problemText(error);
    }
  };
  const load = () =>
    attempt(async () => {
      value.value = await fetchData();
    });
  const change = (task: Promise<unknown>) =>
    attempt(async () => {
      await task;
      value.value = await fetchData();
    });
  useEffect(() => void load(), []);
  return { value: value.value, problem, load, change };
}
