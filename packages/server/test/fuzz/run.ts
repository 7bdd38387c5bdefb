/** Runs the fuzzer: workers send all kinds of input until all are sent or one does harm. */

import { createChance } from '../harness/seed.ts';
import { deliver, type Input, sizeOf } from './deliver.ts';
import type { Way } from './inputs.ts';
import type { Target } from './target.ts';

/** The result of one kind of input. */
export type WayResult = { name: string; inputs: number; seconds: number };

/** Sends inputs. @throws Error with the inputs that were under way when one did harm, ready to be pasted into a test. */
export async function fuzz(
  target: Target,
  ways: readonly Way[],
  inputs: number,
  seed: number,
): Promise<WayResult[]> {
  const underWay = new Set<Input>();
  let hasFailed = false;

  async function work(way: Way, worker: number, count: number): Promise<number> {
    const chance = createChance(seed ^ hash(`${way.name} ${worker}`));
    let done = 0;
    while (done < count && !hasFailed) {
      const input = way.next(chance);
      underWay.add(input);
      try {
        await deliver(target, input);
        expectNoComplaint(target);
      } catch (error) {
        if (hasFailed) return done;
        hasFailed = true;
        throw new Error(report(error, input, underWay, target, seed));
      }
      underWay.delete(input);
      done += sizeOf(input);
      if (way.workers === 1 && done % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return done;
  }

  async function all(way: Way): Promise<WayResult> {
    const startedAt = performance.now();
    const each = Math.ceil((inputs * way.share) / way.workers);
    const counts = await Promise.all(
      Array.from({ length: way.workers }, (_, worker) => work(way, worker, each)),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    return { name: way.name, inputs: counts.reduce((sum, count) => sum + count, 0), seconds };
  }

  return Promise.all(ways.map(all));
}

function expectNoComplaint(target: Target): void {
  const [first] = target.complaints();
  if (first !== undefined) throw new Error(`the server complains in its log: ${first}`);
}

function report(
  error: unknown,
  input: Input,
  underWay: ReadonlySet<Input>,
  target: Target,
  seed: number,
): string {
  const isNamed = !/ECONN|EPIPE|complains|ended/.test(String(error));
  const others = isNamed ? [] : [...underWay].filter((each) => each !== input && each.kind !== 'decode');
  return [
    `${error instanceof Error ? error.message : error}`,
    `TEST_SEED=${seed}; the input, for regressions.test.ts:`,
    JSON.stringify(input),
    ...(others.length > 0
      ? ['also under way:', ...others.map((each) => JSON.stringify(each).slice(0, 4_000))]
      : []),
    `the server's last lines: ${target.server.output().slice(-2_000)}`,
  ].join('\n');
}

/** FNV-1a. It gives each worker its own random numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const unit of Buffer.from(text)) value = Math.imul(value ^ unit, 0x01000193);
  return value >>> 0;
}
