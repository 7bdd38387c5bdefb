/** The server's program, run with settings that may be wrong, to see how it ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './wait.ts';

export type Program = {
  readonly child: ChildProcess;
  /** What it has printed, on both outputs. */
  output(): string;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
};

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the built program with these settings alone. */
export function runProgram(settings: Record<string, string>): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  child.once('close', () => {
    hasEnded = true;
  });
  return {
    child,
    output: () => output,
    async ended() {
      await until('the program has ended', () => hasEnded);
      return child.exitCode;
    },
  };
}
