// node script/check.mjs: exits 1 when anything that must hold before a commit does not.

import { check } from './check-steps.mjs';

const { failed } = await check();
process.stdout.write(failed === 0 ? 'check: all well\n' : `check: ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
