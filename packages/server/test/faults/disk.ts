/** Fault: the disk of the data folder and the log is full for a while, and PostgreSQL crashes. */

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSmallDisk, type SmallDisk } from '../harness/small-disk.ts';
import { judge } from '../history/run.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { areRetryable, refusalCodes, untilAck } from './measure.ts';

const DISK_BYTES = 256 * 1024 * 1024;
/** The full size is longer than every pause between two restarts of PostgreSQL. */
const FULL_MS = { short: 8_000, full: 90_000 } as const;
const ROUNDS = { short: 1, full: 5 } as const;
const SPACE_TO_SERVICE_MS = 10_000;
/** Long messages, so that PostgreSQL soon needs new pages and new WAL. */
const TALKING = { contentChars: 4_000 };

/** Fills the disk while people talk. */
export const diskFull: Fault = {
  name: 'disk full',
  proves:
    '[S6] rejects sends as retryable while the disk is full, and recovers by itself when there is space',
  async run(size) {
    const disk = await openSmallDisk(DISK_BYTES);
    const embedded = await startEmbeddedServer({ within: disk.path, logFile: join(disk.path, 'log') });
    try {
      if (!embedded.cluster.startsWith(disk.path)) throw new Error(`${embedded.cluster} is not on the disk`);
      return await inRounds(ROUNDS[size], () => fillOnce(disk, embedded, FULL_MS[size]));
    } finally {
      await embedded.close();
      await disk.close();
    }
  },
};

async function fillOnce(
  disk: SmallDisk,
  { server, judged, processes, signal }: EmbeddedServer,
  fullMs: number,
): Promise<Outcome> {
  const { pid } = server;
  let emptiedAt = 0;
  const verdict = await judge({
    name: `${diskFull.name} (${disk.kind})`,
    server: judged,
    clients: 12,
    talking: TALKING,
    meanwhile: async (run) => {
      await run.progress(100);
      await disk.fill(async () => [pid, ...(await processes())]);
      await delay(fullMs / 2);
      // A full log crashes PostgreSQL too, and it may have crashed already. It cannot restart without space.
      if ((await processes()).length > 0) await signal('SIGKILL');
      await delay(fullMs / 2);
      await disk.empty();
      emptiedAt = performance.now();
      await run.progress(100);
    },
  });
  const { history, figures } = verdict;
  const codes = refusalCodes(history);
  const backMs = untilAck(history, emptiedAt);
  return outcomeOf(verdict, {
    trials: 1,
    recoveriesMs: [backMs],
    broken: unless({
      'the server is the same process': server.pid === pid && isAlive(pid),
      'no socket is dropped': figures.lost === 0,
      [`sends are rejected, all as retryable: ${codes.join(', ')}`]: areRetryable(codes),
    }),
    figures: [
      { what: 'longest from free space to an ok', value: backMs, unit: 'ms', goal: SPACE_TO_SERVICE_MS },
      { what: 'slowest rejection', value: figures.refusal?.max ?? 0, unit: 'ms' },
    ],
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
