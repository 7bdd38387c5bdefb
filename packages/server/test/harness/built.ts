/** Brings the build up to date once for a test run: what is killed and restarted in tests is what ships, and starts fast. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('../../../../script/build.mjs', import.meta.url));

/** vitest's global set-up for the projects whose tests start servers. Builds only what has changed. */
export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [BUILD]);
}
