/** A server's memory and descriptors over time. */

import { readdir } from 'node:fs/promises';
import type { TestServer } from '../harness/server.ts';
import type { Run } from '../history/run.ts';

/** One sample. `atMs` counts from the start of the run. */
export type Sample = { atMs: number; acked: number; rssMiB: number; heapMiB: number; descriptors: number };

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** The share of a run in which caches fill and code is compiled. */
const WARM_UP = 1 / 4;

/** Takes a sample after a garbage collection. */
export async function sample(server: TestServer, run: Run, startedAt: number): Promise<Sample> {
  const { rssBytes, heapBytes } = await server.probe({ gc: true });
  const descriptors = (await readdir(`/proc/${server.pid}/fd`)).length;
  const atMs = performance.now() - startedAt;
  return { atMs, acked: run.acked, rssMiB: rssBytes / MIB, heapMiB: heapBytes / MIB, descriptors };
}

/** Returns a value's change per minute after the warm-up, by least squares; 0 with too few samples. */
export function slopePerMinute(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const points = warm.map((each) => ({ x: each.atMs / MINUTE_MS, y: of(each) }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (!(spread > 0)) return 0;
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}

/** Formats the samples as a Markdown table. */
export function tableOf(samples: readonly Sample[]): string {
  const rows = samples.map(({ atMs, acked, rssMiB, heapMiB, descriptors }) =>
    [(atMs / MINUTE_MS).toFixed(1), acked, rssMiB.toFixed(0), heapMiB.toFixed(1), descriptors].join(' | '),
  );
  const head = 'minute | acked | resident memory, MiB | heap after GC, MiB | descriptors';
  return [head, '---|---|---|---|---', ...rows].map((row) => `| ${row} |`).join('\n');
}
