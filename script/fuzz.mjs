// make fuzz: sends hostile inputs to a real server. N is their number, SEED repeats a run.

import { run } from './command.mjs';

const INPUTS = 1_000_000;
/** The time for setting up. */
const SETUP_MS = 120_000;
/** Many times what one input takes. */
const INPUT_MS = 3;

const { N: count = String(INPUTS), SEED: seed } = process.env;
if (!/^[1-9]\d{0,9}$/.test(count) || (seed !== undefined && !/^\d{1,10}$/.test(seed))) {
  process.stderr.write('N and SEED must be whole numbers: make fuzz N=100000 SEED=7\n');
  process.exit(2);
}
const built = await run('node', ['script/build.mjs']);
if (built.code !== 0) process.exit(built.code);
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'scenario',
  '--maxWorkers=1',
  '--retry=0',
];
const { code } = await run('node', [...vitest, 'packages/server/test/fuzz/'], {
  env: { FUZZ_INPUTS: count, ...(seed === undefined ? {} : { TEST_SEED: seed }) },
  timeoutMs: SETUP_MS + Number(count) * INPUT_MS,
});
process.exitCode = code;
