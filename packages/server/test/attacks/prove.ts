/** Turns attacks into tests. `make attack` runs the same tests at full size and collects their figures. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attack, Size } from './attack.ts';
import { type Measured, openStage, type Stage } from './stage.ts';

/** `make attack` sets these: the size, and the folder for the figures. */
const { ATTACKS: size = 'short', ATTACKS_FIGURES: folder } = process.env;
const FULL_MAX_MS = 600_000;
const SHORT_MAX_MS = 60_000;

/**
 * Declares one test for each attack. At full size each has a fresh server; short ones share one. A test fails if the attack
 * succeeds, or if the server refuses the bystander anything. Latencies and memory are figures, and asserted nowhere.
 */
export function prove(attacks: readonly Attack[]): void {
  let shared: Stage | null = null;
  beforeAll(async () => {
    if (size === 'short') shared = await openStage('short');
  }, SHORT_MAX_MS);
  afterAll(() => shared?.close());

  for (const attack of attacks) {
    it(attack.proves, { timeout: size === 'full' ? FULL_MAX_MS : SHORT_MAX_MS }, async () => {
      const stage = shared ?? (await openStage(size as Size));
      const measured = await stage.measure(attack);
      if (shared === null) await stage.close();
      await report(attack, measured);
      expect(measured.broken).toEqual([]);
      expect([...measured.quiet.refusals, ...measured.during.refusals]).toEqual([]);
    });
  }
}

async function report({ name, bound }: Attack, measured: Measured): Promise<void> {
  if (!folder) return;
  // The time keeps the files in the order of the runs.
  const file = `${Date.now()}-${name.replaceAll(/\W+/g, '-')}.json`;
  await writeFile(join(folder, file), JSON.stringify({ name, bound, ...measured }));
}
