/** Makes a program end with this process: on Linux, the kernel signals it when this process ends in any way. */

import { runProgram } from './run-program.ts';

/** The words to put before a program and its arguments; empty when there is no launcher. */
export type Launcher = string[];

const SETPRIV = ['setpriv', '--pdeathsig', 'INT', '--'];

/** Returns util-linux's setpriv if it exists and has the option. Without it, the next start ends the orphan. */
export async function findLauncher(): Promise<Launcher> {
  if (process.platform !== 'linux') return [];
  const [file = '', ...args] = [...SETPRIV, 'true'];
  const { code } = await runProgram(file, args);
  return code === 0 ? SETPRIV : [];
}
