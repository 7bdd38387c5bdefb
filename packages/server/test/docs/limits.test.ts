/** docs/reliability.md names the limits of callers: each name exists, and each setting has the default that the table states. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';

const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url));
const DOCUMENT = join(PACKAGES, '../docs/reliability.md');

const section = sectionOf(readFileSync(DOCUMENT, 'utf8'), 'Limits of what one caller can spend');
const settings = new Map(SETTINGS.map(({ name, fallback }) => [name, fallback]));
const stated = [...section.matchAll(/`(?<name>[A-Z][A-Z_]+)`(?: = `(?<value>[^`]+)`)?/g)].map(
  ({ groups }) => [groups?.name ?? '', groups?.value] as const,
);

it('each name in the table of limits is a setting or a constant', () => {
  const source = [...sourcesIn('server/src'), ...sourcesIn('protocol/src')].join('\n');
  const isConstant = (name: string) => new RegExp(`\\bconst ${name}\\b`).test(source);
  expect(stated.length).toBeGreaterThan(20);
  expect(stated.filter(([name]) => !settings.has(name) && !isConstant(name))).toEqual([]);
});

it('each setting in the table of limits has its default', () => {
  const named = stated.filter(([name]) => settings.has(name));
  expect(named.filter(([name, value]) => value !== settings.get(name))).toEqual([]);
  expect(stated.filter(([name, value]) => value !== undefined && !settings.has(name))).toEqual([]);
});

it('each rate limit is in the table of limits', () => {
  const rates = [...settings.keys()].filter(
    (name) => /^(RATE|MAX|QUOTA)_/.test(name) && name !== 'RATE_LIMITS',
  );
  expect(rates.filter((name) => !stated.some(([other]) => other === name))).toEqual([]);
});

function sectionOf(document: string, heading: string): string {
  const start = document.indexOf(`## ${heading}\n`);
  const end = document.indexOf('\n## ', start + 1);
  return document.slice(start, end);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(PACKAGES, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(PACKAGES, folder, file), 'utf8'));
}
