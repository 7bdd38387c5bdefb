import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

const DOORS = ['server/http', 'server/ws'];
const PARTS = ['server/chat', 'server/hub', 'server/store'];
const VALUES = ['server/config', 'server/log', 'server/metrics'];
const LEAVES = ['server/clock', 'server/fair-queue', 'server/listen'];
/** Code that every door needs and that is no part of the domain. */
const SHARED_BY_DOORS = 'server/doors';

/** The parts that each part may import. Every other import between parts is refused. */
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

/** Arrows that the table above must never gain. */
const NEVER: Array<[string[], string[]]> = [
  [['server/hub'], ['server/chat', 'server/store']],
  [['server/store'], ['server/hub', 'server/chat']],
  [['server/chat'], [...DOORS, SHARED_BY_DOORS]],
  [DOORS, DOORS],
  [['protocol', 'client', 'web'], ['server']],
  [[...DOORS, ...PARTS, ...LEAVES], VALUES],
];

/**
 * The wings of the larger parts, by part. A wing is a folder or a file of the part; `*` is everything else in it. Each may
 * import those after it, never those before it.
 */
const WINGS: Record<string, string[]> = {
  'server/src/chat': [
    ...['chat.ts', 'wings', 'chat-deps.ts'],
    ...['people', 'sign-in', 'messages', 'rooms', 'presence', 'limits', '*'],
  ],
  'server/src/store': [
    ...['foundation', 'store.ts', 'search', '*', 'append', 'rows'],
    ...['migrate', 'embedded', 'database'],
  ],
  'client/src': [
    ...['index.ts', 'client.ts', 'parts', 'options.ts'],
    ...['wire', 'rooms', 'outbox', 'api', 'log', '*'],
  ],
  'web/src': ['main.tsx', 'app.tsx', 'views', 'commands', 'keys', 'page', 'log', 'input', 'text', '*'],
  'web/src/views': ['shell', 'account', 'admin', 'sign-in', 'search', 'reports', 'messages', 'panels', '*'],
};

/** Parts that run everywhere, a browser included: no Node modules, no libraries. */
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

it('imports inside a part point only from wing to later wing', () => {
  const broken = Object.keys(WINGS).flatMap((part) =>
    sourceFiles()
      .filter((file) => file.startsWith(`${part}/`))
      .flatMap((file) => filesImportedBy(file).flatMap((target) => judgeWings(part, file, target))),
  );
  expect(broken).toEqual([]);
});

it('no file imports itself by way of others, types included', () => {
  const imports = new Map(sourceFiles().map((file) => [file, filesImportedBy(file)]));
  expect(circlesOf(imports)).toEqual([]);
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

it('an import from a later wing to an earlier one is refused', () => {
  const chat = (file: string) => `server/src/chat/${file}`;
  expect(judgeWings('server/src/chat', chat('rooms/rooms.ts'), chat('people/people.ts'))).toEqual([
    'server/src/chat/rooms/rooms.ts imports server/src/chat/people/people.ts: people comes before rooms',
  ]);
  expect(judgeWings('server/src/chat', chat('people/people.ts'), chat('caller.ts'))).toEqual([]);
});

it('finds a circle of imports, and none in a line of them', () => {
  const line = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', []],
  ]);
  expect(circlesOf(line)).toEqual([]);
  expect(circlesOf(new Map(line).set('c', ['a']))).toEqual(['a → b → c → a']);
});

it('the environment is read only where the program starts', () => {
  const readers = sourceFiles().filter((file) => /\bprocess\.env\b/.test(codeOf(file)));
  expect(readers.filter((file) => !READS_ENVIRONMENT.includes(file))).toEqual([]);
});

/** Every source file of every package without its tests, as paths from packages/. */
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

/** The files of the same package that a file imports, as paths from packages/. */
function filesImportedBy(file: string): string[] {
  return importsOf(file)
    .filter((target) => /^\..*\.tsx?$/.test(target))
    .map((target) => join(dirname(file), target));
}

/** Judges one import between parts: no line, or one that says what is wrong. */
function judge(file: string, target: string): string[] {
  const from = partOf(file);
  const to = target.startsWith('.') ? partOf(join(dirname(file), target)) : packageOf(target);
  const library = to === undefined;
  if (library ? !WITHOUT_LIBRARIES.includes(from) : to === from || ARROWS[from]?.includes(to)) return [];
  return [`${file} imports '${target}': no arrow ${from} → ${to ?? 'a library'}`];
}

/** Judges one import inside a part: no line, or one that says what is wrong. */
function judgeWings(part: string, file: string, target: string): string[] {
  if (!target.startsWith(`${part}/`)) return [];
  const wings = WINGS[part] ?? [];
  const [from, to] = [wingOf(part, file), wingOf(part, target)];
  if (wings.indexOf(from) <= wings.indexOf(to)) return [];
  return [`${file} imports ${target}: ${to} comes before ${from}`];
}

/** `server/src/chat/rooms/x.ts` is in the wing `rooms` of `server/src/chat`; a file that no wing names is in `*`. */
function wingOf(part: string, file: string): string {
  const [top = ''] = file.slice(part.length + 1).split('/');
  return WINGS[part]?.includes(top) ? top : '*';
}

/** One line for each circle that a walk along the imports closes: `a → b → a`. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || finished.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return circles;
}

/** `server/src/hub/x.ts` belongs to `server/hub`, `web/src/log/x.ts` to `web`. */
function partOf(file: string): string {
  const [name = '', , top = ''] = file.split('/');
  return name === 'server' ? `server/${top.replace(/\.tsx?$/, '')}` : name;
}

/** The workspace package that an import names, or undefined for a library. */
function packageOf(target: string): string | undefined {
  return /^@banter\/(?<name>[^/]+)/.exec(target)?.groups?.name;
}
