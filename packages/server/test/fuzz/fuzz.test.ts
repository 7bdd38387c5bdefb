/**
 * Sends many hostile inputs. The process must not exit, no response may be a 5xx, only the sender's sockets may be closed,
 * and a witness must be able to go on talking. `make fuzz` sets FUZZ_INPUTS, the number of inputs, and TEST_SEED.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChance, printedChance } from '../harness/seed.ts';
import { openSql, storedEvents } from '../harness/sql.ts';
import { waysInto } from './inputs.ts';
import { fuzz, type WayResult } from './run.ts';
import { startTarget, type Target } from './target.ts';
import { startWitness } from './witness.ts';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 20_000);
const TIMEOUT_MS = 120_000 + INPUTS * 2;
const MIB = 1024 * 1024;
/** Memory for buckets, prepared statements and compiled code, which does not grow with the inputs. */
const HEAP_GROWTH_MAX_BYTES = 24 * MIB;

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

it(
  `[L1] ${INPUTS} hostile inputs close no socket but their sender's, and get no 5xx`,
  async () => {
    const { seed } = printedChance('fuzz');
    const bystander = await target.offender.connects([]);
    const witness = await startWitness(target, createChance(seed));
    const ways = waysInto(target);
    await fuzz(target, ways, Math.min(INPUTS, 2_000), seed + 1);
    const before = await target.memory();
    const { pid } = target.server;

    const results = await fuzz(target, ways, INPUTS, seed);
    await witness.end();
    const after = await target.memory();

    expect(target.complaints()).toEqual([]);
    expect(target.server.pid).toBe(pid);
    expect(bystander.closing).toBeNull();
    await expectStored();
    process.stdout.write(`${tableOf(results)}\n`);
    process.stdout.write(
      `witness: ${witness.count} messages sent, received and stored, byte for byte\n` +
        `memory of the server: heap ${mib(before.heapBytes)}, process ${mib(before.rssBytes)} after the warm-up; ` +
        `heap ${mib(after.heapBytes)}, process ${mib(after.rssBytes)} at the end\n`,
    );
    expect(after.heapBytes - before.heapBytes).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
  },
  TIMEOUT_MS,
);

/** Checks that acknowledged messages are stored as sent, unless another input edited or deleted them. */
async function expectStored(): Promise<void> {
  const sql = await openSql(target.server.databaseUrl);
  const events = await storedEvents(sql, target.offenderRoomId);
  const changed = await sql.rows<{ id: string }>(
    `SELECT m.id FROM events e JOIN messages m ON m.room_id = e.room_id AND m.seq = e.target
     WHERE e.room_id = $1 AND e.kind IN ('edit', 'delete')`,
    [target.offenderRoomId],
  );
  await sql.close();
  const byId = new Map(events.map(({ id, content }) => [id, content]));
  const kept = [...target.acknowledged].filter(([id]) => !changed.some((one) => one.id === id));
  const different = kept.filter(([id, content]) => byId.get(id) !== content);
  expect(different).toEqual([]);
  expect(target.acknowledged.size).toBeGreaterThan(0);
}

function tableOf(results: readonly WayResult[]): string {
  return results
    .map(
      ({ name, inputs, seconds }) =>
        `${String(inputs).padStart(9)}  ${seconds.toFixed(1).padStart(7)} s  ${name}`,
    )
    .join('\n');
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
