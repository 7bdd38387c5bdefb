/** Generates difficult values as JSON text, including texts that no JSON library would write. */

import type { Chance } from '../harness/seed.ts';

/** Parts of strings, as written between the quotes of a JSON text. */
const STRING_PARTS = [
  '',
  'a',
  ' ',
  'banter',
  'é',
  '\u{1F41F}',
  '\\u0000',
  '\\ud800',
  '\\udfff',
  '\\udc00\\ud800',
  '\\ud83d\\udc1f',
  '\\n',
  '\\r\\n',
  '\\t',
  '\\"',
  '\\\\',
  '\u202e',
  '\u200d',
  '\ufeff',
  '\ufffe',
  '\u2028',
  '\u007f',
  '__proto__',
  'constructor',
  "'; DROP TABLE accounts; --",
  '%00',
  '%s%n',
  '../../etc/passwd',
  '{{7*7}}',
  '<script>',
  '\\x',
  '\\u12',
  '\u0001',
] as const;

const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '2',
  '1.5',
  '1e0',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '1e21',
  '4294967296',
  '2147483648',
  '00',
  '1.',
  '+1',
  'NaN',
  'Infinity',
  '0x10',
  '1_000',
] as const;

const WORDS = ['true', 'false', 'null', 'undefined', 'nil', "'a'", ''] as const;

/** Names that every JavaScript object has, and names with a special meaning elsewhere. */
export const NASTY_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  '\\u0000',
  '\\ud800',
  '',
  'op',
  'id',
] as const;

/** Returns a string as JSON text, with its quotes. */
export function stringText(chance: Chance): string {
  if (chance.whole(1, 400) === 1) return `"${'x'.repeat(chance.whole(4_000, 70_000))}"`;
  let text = '';
  for (let count = chance.whole(0, 5); count > 0; count--) text += chance.pick(STRING_PARTS);
  return `"${text}"`;
}

/** Returns a value as JSON text, or a text that is nearly JSON. */
export function valueText(chance: Chance, depth = 0): string {
  const kind = chance.whole(0, depth > 3 ? 5 : 9);
  if (kind <= 2) return chance.pick(NUMBERS);
  if (kind <= 4) return stringText(chance);
  if (kind === 5) return chance.pick(WORDS);
  if (kind === 6 && chance.whole(1, 40) === 1) return nested(chance);
  if (kind <= 7) return `[${items(chance, () => valueText(chance, depth + 1))}]`;
  return objectText(
    Array.from({ length: chance.whole(0, 4) }, () => [nameText(chance), valueText(chance, depth + 1)]),
  );
}

/** Returns an object as JSON text. Values are JSON text already, names are too, without their quotes. */
export function objectText(fields: readonly (readonly [name: string, value: string])[]): string {
  return `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

/** Removes, repeats, replaces or adds fields. */
export function mutateFields(chance: Chance, fields: [string, string][]): [string, string][] {
  const changed = [...fields];
  for (let count = chance.whole(0, 2); count > 0; count--) {
    const at = chance.whole(0, Math.max(0, changed.length - 1));
    const field = changed[at] ?? (['x', '0'] as [string, string]);
    const mutations: (() => void)[] = [
      () => changed.splice(at, 1),
      () => changed.splice(at, 0, field),
      () => changed.splice(at, 1, [field[0], valueText(chance)]),
      () => changed.splice(at, 1, [field[0], valueText(chance)]),
      () => changed.push([nameText(chance), valueText(chance)]),
      () => changed.splice(at, 1, [nameText(chance), field[1]]),
      () => changed.splice(at, 1, [field[0], `[${field[1]}]`]),
    ];
    chance.pick(mutations)();
  }
  return changed;
}

/** Returns the same text, or a damaged one. */
export function mutateText(chance: Chance, text: string): string {
  if (chance.whole(1, 7) > 1) return text;
  const at = chance.whole(0, text.length);
  const mutations: (() => string)[] = [
    () => text.slice(0, at),
    () => text.slice(at),
    () =>
      text.slice(0, at) +
      chance.pick(['"', '{', '}', '[', ']', ',', ':', '\\', '\u0000', '\n']) +
      text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text + text,
    () => `${text} trailing`,
    () => `\ufeff${text}`,
    () => `${' '.repeat(chance.whole(1, 300))}${text}\n`,
    () => text.replaceAll('"', "'"),
    () => `[${text}]`,
  ];
  return chance.pick(mutations)();
}

function nameText(chance: Chance): string {
  return chance.whole(0, 2) === 0 ? stringText(chance).slice(1, -1) : chance.pick(NASTY_NAMES);
}

function items(chance: Chance, make: () => string): string {
  return Array.from({ length: chance.whole(0, 4) }, make).join(',');
}

function nested(chance: Chance): string {
  const depth = chance.pick([7, 8, 9, 100, 30_000]);
  return chance.whole(0, 1) === 0 ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth);
}
