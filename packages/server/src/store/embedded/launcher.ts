/** A program that dies with us: on Linux the kernel signals it when this process ends, however it ends. */

import { runProgram } from './run-program.ts';

/** What to put before a program and its arguments; empty where there is no such launcher. */
export type Launcher = string[];

const SETPRIV = ['setpriv', '--pdeathsig', 'INT', '--'];

/** util-linux's setpriv when it is there and knows the option; where it is not, a restart finds the orphan. */
export async function findLauncher(): Promise<Launcher> {
  if (process.platform !== 'linux') return [];
  const [file = '', ...args] = [...SETPRIV, 'true'];
  const { code } = await runProgram(file, args);
  return code === 0 ? SETPRIV : [];
}
