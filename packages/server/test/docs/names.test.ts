import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';
import { anchorsOf, fencesOf, proseOf } from './markdown.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...filesUnder('docs', /\.md$/),
];
const ARCHITECTURE_MAX_LINES = 150;
const DECISION_MAX_LINES = 40;

/** A path from the root, in one of these folders. A path with a pattern is followed by * or {, and is skipped. */
const PATH = /(?<![\w./-])(?:packages|docs|script|deploy|bench|\.ci)\/[\w./-]*[\w/](?![\w*{-])/g;
/** Blocks that other tests check: shell that is run, and examples of markup. */
const TESTED_ELSEWHERE = ['sh', 'examples'];
/** Paths that a reader replaces or creates. */
const PLACEHOLDER = /NNNN|\/\.env$|\bx\.ts$|^banter\.sql$/;
/** A file by its name, perhaps with folders before it. */
const FILE = /(?<![\w./{*-])(?:[\w-]+\/)*\w[\w.-]*\.(?:tsx?|mjs|sql|md)\b/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*|^\s*--.*/gm;
/** The folders of the code, with its tests. */
const SOURCE_FOLDERS = [
  ...['client', 'protocol', 'server', 'web'].flatMap((name) => [
    `packages/${name}/src`,
    `packages/${name}/test`,
  ]),
  ...['script', 'bench', 'deploy'],
].filter((folder) => existsSync(join(root, folder)));
let constants: Set<string> | null = null;
const LINK = /\]\((?<target>[^)\s]+)\)/g;
const MAKE_TARGET = /(?:^|[\s;&(])make (?<target>[a-z][a-z-]*)/gm;
const SETTING = /\b(?:PORT|HOST|[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g;

describe.each(DOCUMENTS)('%s', (file) => {
  const markdown = textOf(file);

  it('mentions only paths that exist', () => {
    const paths = (markdown.match(PATH) ?? []).filter((path) => !PLACEHOLDER.test(path));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('links only to existing files and headings', () => {
    const targets = [...proseOf(markdown).matchAll(LINK)].map((match) => match.groups?.target ?? '');
    expect(targets.filter((target) => !leadsSomewhere(target, file))).toEqual([]);
  });

  it('mentions only make targets that exist', () => {
    const known = new Set([...textOf('Makefile').matchAll(/^([a-z][a-z-]*):/gm)].map((match) => match[1]));
    const named = [...codeOf(markdown).matchAll(MAKE_TARGET)].map((match) => match.groups?.target ?? '');
    expect(named.filter((target) => !known.has(target))).toEqual([]);
  });

  it('mentions only settings that the server or a script reads, and constants of the source', () => {
    const known = new Set(SETTINGS.flatMap(({ name }) => [name, `${name}_FILE`]));
    const named = codeOf(markdown).match(SETTING) ?? [];
    expect(
      named.filter((name) => !known.has(name) && !isConstant(name) && !scripts().includes(name)),
    ).toEqual([]);
  });
});

it('comments, and code in documents, mention only files that exist', () => {
  const sources = SOURCE_FOLDERS.flatMap((folder) => filesUnder(folder, /\w$/));
  const known = [...sources, ...DOCUMENTS].map((file) => `/${file}`);
  const isKnown = (name: string) =>
    PLACEHOLDER.test(name) || existsSync(join(root, name)) || known.some((file) => file.endsWith(`/${name}`));
  const code = DOCUMENTS.map((file) => ({ file, text: codeOf(textOf(file)) }));
  const unknown = [...code, ...commentsOf(sources)].flatMap(({ file, text }) =>
    (text.match(FILE) ?? []).filter((name) => !isKnown(name)).map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

it('documents with a limit of lines keep it', () => {
  const limits = [
    { file: 'ARCHITECTURE.md', max: ARCHITECTURE_MAX_LINES },
    ...filesUnder('docs/decisions', /\.md$/).map((file) => ({ file, max: DECISION_MAX_LINES })),
  ];
  expect(limits.filter(({ file, max }) => textOf(file).trimEnd().split('\n').length > max)).toEqual([]);
});

it('a path, a link, a target or a setting that does not exist is found', () => {
  expect('see `packages/nowhere/x.ts`'.match(PATH)).toEqual(['packages/nowhere/x.ts']);
  expect(leadsSomewhere('docs/nothing.md', 'README.md')).toBe(false);
  expect(leadsSomewhere('protocol.md#no-such-heading', 'docs/operations.md')).toBe(false);
  expect(leadsSomewhere('protocol.md#words', 'docs/operations.md')).toBe(true);
  expect(codeOf('run `make nothing` with `NO_SUCH=1`')).toBe('make nothing\nNO_SUCH=1');
});

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function filesUnder(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })
    .map((file) => `${folder}/${file}`)
    .filter((file) => pattern.test(file))
    .sort();
}

/** Returns the text in back-ticks and fenced blocks, without the blocks that other tests check. */
function codeOf(markdown: string): string {
  const spans = [...proseOf(markdown).matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  const fences = fencesOf(markdown).filter(({ language }) => !TESTED_ELSEWHERE.includes(language));
  return [...spans, ...fences.map(({ text }) => text)].join('\n');
}

function leadsSomewhere(target: string, from: string): boolean {
  if (/^https?:/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(textOf(file)).has(anchor);
}

/** Returns the comments of each file of code. */
function commentsOf(files: readonly string[]): { file: string; text: string }[] {
  return files
    .filter((file) => /\.(?:tsx?|mjs|sql)$/.test(file))
    .map((file) => ({ file, text: (textOf(file).match(COMMENT) ?? []).join('\n') }));
}

/** Returns all scripts, deployment files and test helpers as one text. */
function isConstant(name: string): boolean {
  constants ??= new Set(
    ['packages/server/src', 'packages/protocol/src']
      .flatMap((folder) => filesUnder(folder, /\.ts$/))
      .flatMap((file) => [...textOf(file).matchAll(/\bconst (?<name>[A-Z][A-Z0-9_]+)\b/g)])
      .map((match) => match.groups?.name ?? ''),
  );
  return constants.has(name);
}

function scripts(): string {
  const folders = ['script', 'deploy', 'packages/server/test/harness'];
  return folders
    .flatMap((folder) => filesUnder(folder, /\.(?:mjs|ts|sh|yaml)$/))
    .map(textOf)
    .join('\n');
}
