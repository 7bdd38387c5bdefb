/** Runs a program and waits for its end. */

import { spawn } from 'node:child_process';
import type { OsAccount } from './os-account.ts';

/** How a program ended. `code` is null if it could not start or was killed; `output` has both of its streams. */
export type ProgramResult = { code: number | null; output: string };

/** The environment of PostgreSQL's programs: English messages, and none of our variables. */
export const PROGRAM_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Runs a program as `account`, or as this process's own if null. Never rejects: `output` says why it could not start. */
export function runProgram(
  file: string,
  args: string[],
  { account = null }: { account?: OsAccount | null } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const output: string[] = [];
    const child = spawn(file, args, {
      ...spawnIdentity(account),
      cwd: '/',
      env: PROGRAM_ENV,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl+C in our terminal must not reach it. This process decides when it stops.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    }
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output: output.join('') }));
  });
}

/** Returns the options of `spawn` that make the child run as `account`. */
export function spawnIdentity(account: OsAccount | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}
