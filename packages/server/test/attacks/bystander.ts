/** A person beside an attack, whose messages show whether it hurts others. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Room } from '@banter/protocol';
import type { Host } from '../harness/http.ts';
import { person } from '../harness/people.ts';

/** Latencies of messages to their ok, in milliseconds, and every refusal, since the last report. */
export type Report = { p50: number; p99: number; count: number; refusals: string[] };

/** A bystander at work. */
export type Bystander = {
  /** Returns the report since the last call. */
  report(): Promise<Report>;
  /** Ends its process. */
  close(): void;
};

/** Attacks come from 127.0.0.1. The bystander has another address, as others on the internet have. */
const ADDRESS = '127.0.0.2';
const PROGRAM = new URL('./bystander.mjs', import.meta.url);

/** Creates an account with a room, and starts to talk there. Resolves once it is live. */
export async function startBystander(host: Host): Promise<Bystander> {
  const bystander = await person(host, 'bystander');
  const room: Room = await bystander.opens('quiet-corner');
  const child = fork(PROGRAM, [host.url, bystander.token, String(room.id), ADDRESS]);
  await once(child, 'message');
  return {
    async report() {
      child.send('report');
      const [{ latencies, refusals }] = (await once(child, 'message')) as [Raw];
      const sorted = latencies.sort((a, b) => a - b);
      return { p50: at(sorted, 0.5), p99: at(sorted, 0.99), count: sorted.length, refusals };
    },
    close: () => child.disconnect(),
  };
}

type Raw = { latencies: number[]; refusals: string[] };

/** Returns a percentile of sorted values; 0 without values. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
