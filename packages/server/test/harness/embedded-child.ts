/**
 * A process that holds a data folder and its PostgreSQL, to be killed by a test: `embedded-child.ts DATA_DIR`. It
 * prints one line of JSON, what it has or why it has nothing, and stops in order when its input ends.
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
  say({ url, location, pid, logged });
  process.stdin.resume().on('end', async () => {
    await stop();
    lock.release();
  });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}

function say(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
