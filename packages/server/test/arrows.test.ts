import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

const DOORS = ['server/http', 'server/ws'];
const PARTS = ['server/chat', 'server/hub', 'server/store'];
const VALUES = ['server/config', 'server/log', 'server/metrics'];
const LEAVES = ['server/clock', 'server/listen'];
/** Code that every door needs and that is no part of the domain. */
const SHARED_BY_DOORS = 'server/doors';

/** Which part may import which others; every import that stands in no row here is refused. */
const ARROWS: Record<string, string[]> = {
  protocol: [],
  client: ['protocol'],
  web: ['client', 'protocol'],
  'server/main': ['server/app', ...VALUES, ...LEAVES, 'protocol'],
  'server/operator-cli': ['server/chat', 'server/store', ...LEAVES, 'protocol'],
  'server/app': [...DOORS, SHARED_BY_DOORS, ...PARTS, ...VALUES, ...LEAVES, 'protocol'],
  ...Object.fromEntries(
    DOORS.map((door) => [door, [SHARED_BY_DOORS, 'server/chat', 'server/hub', ...LEAVES, 'protocol']]),
  ),
  [SHARED_BY_DOORS]: ['server/chat', 'server/hub', ...LEAVES, 'protocol'],
  'server/chat': ['server/store', 'server/hub', ...LEAVES, 'protocol'],
  'server/hub': [...LEAVES, 'protocol'],
  'server/store': [...LEAVES, 'protocol'],
  'server/config': ['protocol'],
  'server/log': ['server/config', 'protocol'],
  'server/metrics': [],
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, ['protocol']])),
};

/** The arrows that must never be drawn, so that nobody loosens the table above unawares. */
const NEVER: Array<[string[], string[]]> = [
  [['server/hub'], ['server/chat', 'server/store']],
  [['server/store'], ['server/hub', 'server/chat']],
  [['server/chat'], [...DOORS, SHARED_BY_DOORS]],
  [DOORS, DOORS],
  [['protocol', 'client', 'web'], ['server']],
  [[...DOORS, ...PARTS, ...LEAVES], VALUES],
];

/** Parts that run everywhere, or in a browser too: no Node modules, no libraries. */
const WITHOUT_LIBRARIES = ['protocol', 'client'];

const READS_ENVIRONMENT = [
  'server/src/main.ts',
  'server/src/operator-cli.ts',
  'server/src/store/foundation/migrate-cli.ts',
];

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])(?<target>[^'"]+)\1/g;

it('imports point only along the arrows', () => {
  const broken = sourceFiles().flatMap((file) => importsOf(file).flatMap((target) => judge(file, target)));
  expect(broken).toEqual([]);
});

it('the table of arrows draws none that must never be', () => {
  const isTo = (target: string) => (arrow: string) => arrow === target || arrow.startsWith(`${target}/`);
  const drawn = NEVER.flatMap(([from, to]) =>
    from.flatMap((part) =>
      to
        .filter((other) => part !== other && ARROWS[part]?.some(isTo(other)))
        .map((other) => `${part} → ${other}`),
    ),
  );
  expect(drawn).toEqual([]);
});

it('an import against the arrows is refused by file, import and arrow', () => {
  expect(judge('server/src/hub/fanout.ts', '../store/rooms.ts')).toEqual([
    "server/src/hub/fanout.ts imports '../store/rooms.ts': no arrow server/hub → server/store",
  ]);
  expect(judge('web/src/main.tsx', '@banter/server')).toHaveLength(1);
  expect(judge('protocol/src/text.ts', 'node:fs')).toHaveLength(1);
  expect(judge('server/src/store/rooms.ts', './database.ts')).toEqual([]);
});

it('the environment is read only where the program starts', () => {
  const readers = sourceFiles().filter((file) => /\bprocess\.env\b/.test(codeOf(file)));
  expect(readers.filter((file) => !READS_ENVIRONMENT.includes(file))).toEqual([]);
});

/** Every source file of every package, tests left out, as paths from packages/. */
function sourceFiles(): string[] {
  return readdirSync(packages)
    .map((name) => `${name}/src`)
    .filter((folder) => existsSync(join(packages, folder)))
    .flatMap((folder) =>
      readdirSync(join(packages, folder), { encoding: 'utf8', recursive: true }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
}

function codeOf(file: string): string {
  return readFileSync(join(packages, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

function importsOf(file: string): string[] {
  return [...codeOf(file).matchAll(IMPORT)].map((match) => match.groups?.target ?? '');
}

/** What is wrong with one import: nothing, or one line. */
function judge(file: string, target: string): string[] {
  const from = partOf(file);
  const to = target.startsWith('.') ? partOf(join(dirname(file), target)) : packageOf(target);
  const library = to === undefined;
  if (library ? !WITHOUT_LIBRARIES.includes(from) : to === from || ARROWS[from]?.includes(to)) return [];
  return [`${file} imports '${target}': no arrow ${from} → ${to ?? 'a library'}`];
}

/** `server/src/hub/x.ts` is of `server/hub`, `web/src/log/x.ts` of `web`. */
function partOf(file: string): string {
  const [name = '', , top = ''] = file.split('/');
  return name === 'server' ? `server/${top.replace(/\.tsx?$/, '')}` : name;
}

/** The workspace package an import names, or undefined for a library. */
function packageOf(target: string): string | undefined {
  return /^@banter\/(?<name>[^/]+)/.exec(target)?.groups?.name;
}
