// node script/chromium.mjs: prints the path of a Chromium that runs on this machine, and fetches one if needed.

import { findChromium } from './chromium-path.mjs';

try {
  process.stdout.write(`${await findChromium()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
