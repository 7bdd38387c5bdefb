// make fuzz: hostile inputs against a real server. N says how many, SEED repeats a run.

import { run } from './command.mjs';

const INPUTS = 1_000_000;
/** Setting up, and many times what an input takes. */
const SETUP_MS = 120_000;
const INPUT_MS = 3;

const { N: count = String(INPUTS), SEED: seed } = process.env;
if (!/^[1-9]\d{0,9}$/.test(count) || (seed !== undefined && !/^\d{1,10}$/.test(seed))) {
  process.stderr.write('N and SEED are whole numbers: make fuzz N=100000 SEED=7\n');
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
