/** Runs a program to its end. */

import { spawn } from 'node:child_process';
import type { OsAccount } from './os-account.ts';

/** `code` is null when the program could not be started or was killed; `output` holds both of its streams. */
export type ProgramResult = { code: number | null; output: string };

/** What PostgreSQL's programs are given: English messages, and nothing of ours. */
export const PROGRAM_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Never throws: a program that cannot be started says so in `output`. `account` null runs it as this process. */
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
      // A Ctrl+C in our terminal must not reach it: we decide when it stops.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    }
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output: output.join('') }));
  });
}

/** The part of spawn's options that makes the child run as `account`. */
export function spawnIdentity(account: OsAccount | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}
