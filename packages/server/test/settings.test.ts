import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../src/config/settings.ts';

const settings = Object.fromEntries(SETTINGS.map(({ name, fallback }) => [name, fallback]));

it('.env.example lists every setting with its default', () => {
  const lines = [...textOf('.env.example').matchAll(/^#(?<name>[A-Z_]+)=(?<value>.*)$/gm)];
  expect(pairs(lines)).toEqual(settings);
});

it('.env.example describes each setting, and sets none when it is copied', () => {
  const lines = textOf('.env.example').split('\n');
  const unexplained = lines.filter(
    (line, index) => /^#[A-Z_]+=/.test(line) && !/^# \S/.test(lines[index - 1] ?? ''),
  );
  expect(unexplained).toEqual([]);
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
});

it('docs/operations.md has a row for every setting, with its default', () => {
  const rows = [
    ...textOf('docs/operations.md').matchAll(/^\| `(?<name>[A-Z_]+)` \| (?<value>none|`[^`]+`) \| \S/gm),
  ];
  const documented = Object.entries(pairs(rows)).map(([name, value]) => [
    name,
    value === 'none' ? '' : value.slice(1, -1),
  ]);
  expect(Object.fromEntries(documented)).toEqual(settings);
});

it('deploy/compose.yaml sets only known settings, and repeats their defaults', () => {
  const environment: Record<string, string> = parse(textOf('deploy/compose.yaml')).services.app.environment;
  expect(Object.keys(environment).filter((name) => !(name in settings))).toEqual([]);
  const repeated = Object.entries(environment).flatMap(([name, value]) => {
    const fallback = /^\$\{\w+:-(?<fallback>.*)\}$/.exec(value)?.groups?.fallback;
    return fallback === undefined ? [] : [[name, fallback]];
  });
  expect(repeated.filter(([name = '', fallback]) => fallback !== settings[name])).toEqual([]);
  expect(repeated.length).toBeGreaterThan(0);
});

function textOf(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
}

function pairs(matches: RegExpExecArray[]): Record<string, string> {
  return Object.fromEntries(matches.map(({ groups }) => [groups?.name ?? '', groups?.value ?? '']));
}
