// Loaded into a server before its own code (node --import). It measures what a test cannot see from outside.

import { createHistogram } from 'node:perf_hooks';

const PERIOD_MS = 5;
const NS_PER_MS = 1e6;
const lag = createHistogram();
let dueAt = performance.now() + PERIOD_MS;

setInterval(() => {
  const now = performance.now();
  lag.record(Math.max(1, Math.round((now - dueAt) * NS_PER_MS)));
  dueAt = now + PERIOD_MS;
}, PERIOD_MS).unref();

/** Answers `{ gc, reset }` with the event loop's lag since the last reset and the memory, after a garbage collection if asked. */
process.on('message', ({ gc, reset }) => {
  if (gc) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({
    lagP99Ms: lag.percentile(99) / NS_PER_MS,
    lagMaxMs: lag.max / NS_PER_MS,
    rssBytes: rss,
    heapBytes: heapUsed + external,
  });
  if (reset) lag.reset();
});
process.channel?.unref();
