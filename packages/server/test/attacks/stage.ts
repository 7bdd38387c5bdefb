/** The server under attack, the bystander beside it, and the measurements around each attack. */

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Person, person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import type { Attack, Result, Size, Target } from './attack.ts';
import { type Bystander, type Report, startBystander } from './bystander.ts';

/** An attack's result with its measurements. Memory is in bytes. */
export type Measured = Result & { quiet: Report; during: Report; memory: Memory };

/** The heap after a garbage collection before and after an attack, and the highest resident memory above that before. */
export type Memory = { before: number; after: number; peakGrowth: number };

/** A server with its bystander. */
export type Stage = {
  /** Runs an attack, and measures around it. */
  measure(attack: Attack): Promise<Measured>;
  /** Stops both. */
  close(): Promise<void>;
};

/** The settings of the harness that differ from the defaults are undone. */
const DEFAULTS = { RATE_LIMITS: 'on', LOBBY: 'lobby', LOG_LEVEL: 'warn' };
/** How long the bystander talks before an attack. */
const QUIET_MS = { short: 200, full: 5_000 } as const;
/** How long memory may take to return after an attack. */
const SETTLE_MS = { short: 0, full: 40_000 } as const;
const SETTLE_STEP_MS = 1_000;
const SAMPLE_EVERY_MS = 50;
const BYTES_PER_KIB = 1024;
/** Memory has returned once it is at most this many times its value before. */
const RETURNED = 1.1;

/** Starts the built server with its default settings, and a bystander. */
export async function openStage(size: Size): Promise<Stage> {
  const server = await startServer({ hasProbe: true, env: DEFAULTS });
  // The first account becomes the administrator.
  const admin = await person(server, 'warden');
  const bystander = await startBystander(server);
  let names = 0;
  return {
    measure: (attack) => {
      const nextName = (prefix: string) => `${prefix}${++names}`;
      return measure(attack, { server, admin, bystander, size, nextName });
    },
    async close() {
      bystander.close();
      await server.close();
    },
  };
}

type Scene = {
  server: TestServer;
  admin: Person;
  bystander: Bystander;
  size: Size;
  nextName: Target['nextName'];
};

async function measure(attack: Attack, { bystander, ...scene }: Scene): Promise<Measured> {
  const { server, size } = scene;
  await bystander.report();
  await delay(QUIET_MS[size]);
  const quiet = await bystander.report();
  const { heapBytes: before } = await server.probe({ gc: true });
  const resident = watchResident(server.pid);
  const result = await attack.run({ url: server.url, ...scene }).finally(() => resident.stop());
  const peakGrowth = resident.stop();
  const during = await bystander.report();
  const after = await settledHeap(server, before, SETTLE_MS[size]);
  return { ...result, quiet, during, memory: { before, after, peakGrowth } };
}

/** Samples a process's resident memory. `stop` returns by how many bytes it grew at most. */
function watchResident(pid: number): { stop(): number } {
  const start = residentBytes(pid);
  let highest = start;
  const sample = () => {
    highest = Math.max(highest, residentBytes(pid));
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return highest - start;
    },
  };
}

function residentBytes(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * BYTES_PER_KIB;
}

/** Returns the heap once it has returned to about `before`, or after the longest wait. */
async function settledHeap(server: TestServer, before: number, longestMs: number): Promise<number> {
  for (let waitedMs = 0; ; waitedMs += SETTLE_STEP_MS) {
    const { heapBytes } = await server.probe({ gc: true });
    if (heapBytes <= before * RETURNED || waitedMs >= longestMs) return heapBytes;
    await delay(SETTLE_STEP_MS);
  }
}
