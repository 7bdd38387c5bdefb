/** Moves a folder with all owners and modes, even to another file system. */

import { rename, rm } from 'node:fs/promises';
import { runProgram } from './run-program.ts';

/**
 * Moves `from` to `to`. Across file systems, it copies to `unfinished`, which is next to `to`, and removes `from` only when
 * the whole copy is on the disk: one of the two is complete at any moment.
 * @throws Error when it cannot be moved. Then `from` is unchanged.
 */
export async function moveFolder(from: string, to: string, unfinished: string): Promise<void> {
  try {
    return await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
  }
  for (const [program, ...args] of [['cp', '-a', from, unfinished], ['sync']] as const) {
    const { code, output } = await runProgram(program, args);
    if (code !== 0) throw new Error(`${from} could not be copied to ${to}: ${output.trim()}`);
  }
  await rename(unfinished, to);
  await rm(from, { recursive: true });
}
