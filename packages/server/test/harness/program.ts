/** Runs the server's programs as processes of their own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './wait.ts';

/** The running program. */
export type Program = {
  readonly child: ChildProcess;
  /** Returns everything it has printed, on both outputs. */
  output(): string;
  /** Waits for its end. @returns the exit code. */
  ended(): Promise<number | null>;
};

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the built program with only these settings. */
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

/** The checkout's root. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Runs a program from source, in the checkout's root, with only these settings.
 * @param entry the program's file, from the root
 * @returns its exit code, and everything it printed on both outputs
 */
export function runFromSource(
  entry: string,
  args: string[],
  settings: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['-C', 'source', '--import', 'tsx', entry, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
