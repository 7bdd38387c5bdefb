/** Updates the build once for a test run. Tests start the built server, because it starts fast and is what ships. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('../../../../script/build.mjs', import.meta.url));

/** Vitest's global setup for projects whose tests start servers. Builds only changed packages. */
export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [BUILD]);
}
