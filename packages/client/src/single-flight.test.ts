import { describe, expect, it } from 'vitest';
import { SingleFlight } from './single-flight.ts';

/** A task that finishes when the test says so. */
function createTask(result: string) {
  let resolve = (_result: string) => {};
  const promise = new Promise<string>((done) => {
    resolve = done;
  });
  let runs = 0;
  const run = () => {
    runs++;
    return promise;
  };
  return { run, finish: () => resolve(result), runs: () => runs };
}

describe('SingleFlight', () => {
  it('shares a running task with concurrent callers, and then starts the next', async () => {
    const flight = new SingleFlight<string>();
    const [first, second] = [createTask('first'), createTask('second')];
    const results = Promise.all([flight.share(first.run), flight.share(second.run)]);
    expect(flight.isRunning).toBe(true);
    first.finish();
    expect(await results).toEqual(['first', 'first']);
    expect(second.runs()).toBe(0);
    second.finish();
    expect(await flight.share(second.run)).toBe('second');
    expect(flight.isRunning).toBe(false);
  });

  it('starts a task after a failed one', async () => {
    const flight = new SingleFlight<string>();
    await expect(flight.share(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await flight.share(async () => 'up')).toBe('up');
  });

  it('waits for the running task in runNext', async () => {
    const flight = new SingleFlight<string>();
    const [first, second] = [createTask('first'), createTask('second')];
    void flight.share(first.run);
    const next = flight.runNext(second.run);
    expect(second.runs()).toBe(0);
    first.finish();
    second.finish();
    expect(await next).toBe('second');
  });

  it('keeps the task that followed a detached one', async () => {
    const flight = new SingleFlight<string>();
    const [old, current] = [createTask('old'), createTask('current')];
    const abandoned = flight.share(old.run);
    flight.detach();
    void flight.share(current.run);
    old.finish();
    await abandoned;
    expect(flight.isRunning).toBe(true);
  });
});
