import type { OsAccount } from './os-account.ts';
import { runProgram } from './run-program.ts';

/** Whether PostgreSQL's account (null: the account of this process) can enter the folder `path`. */
export async function canEnter(path: string, account: OsAccount | null): Promise<boolean> {
  const { code } = await runProgram('test', ['-x', path], { account });
  return code === 0;
}
