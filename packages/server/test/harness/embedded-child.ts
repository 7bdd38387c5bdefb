/**
 * A process with a data folder and its PostgreSQL, for tests that kill it: `embedded-child.ts DATA_DIR`. It prints one line
 * of JSON, with the database or the error, and stops cleanly when its input ends.
 */

import { startEmbedded } from '../../src/store/embedded/embedded.ts';
import { lockDataDir } from '../../src/store/foundation/data-lock.ts';

const logged: string[] = [];

try {
  const dataDir = process.argv[2] ?? '';
  const lock = await lockDataDir(dataDir);
  const { url, location, pid, stop } = await startEmbedded({
    dataDir,
    log: (_level, text) => logged.push(text),
  });
  print({ url, location, pid, logged });
  process.stdin.resume().on('end', async () => {
    await stop();
    lock.release();
  });
} catch (error) {
  print({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}

function print(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
