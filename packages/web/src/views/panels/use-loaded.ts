/** A list that a panel asks the server for. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { problemText } from '../../page/client-state.ts';

export type Loaded<T> = {
  /** Null until it has come. */
  value: T | null;
  /** Why it could not be had, or what did not succeed; empty for nothing. */
  problem: Signal<string>;
  load(): Promise<void>;
  /** Runs `task` and asks again; a failure is told. */
  change(task: Promise<unknown>): Promise<void>;
};

/** Asks once when the panel opens. */
export function useLoaded<T>(ask: () => Promise<T>): Loaded<T> {
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
      value.value = await ask();
    });
  const change = (task: Promise<unknown>) =>
    attempt(async () => {
      await task;
      value.value = await ask();
    });
  useEffect(() => void load(), []);
  return { value: value.value, problem, load, change };
}
