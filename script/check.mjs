// node script/check.mjs: runs the checks that must pass before a commit. Exits with 1 if one fails.

import { check } from './check-steps.mjs';

const { failed } = await check();
process.stdout.write(failed === 0 ? 'check: all passed\n' : `check: ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
