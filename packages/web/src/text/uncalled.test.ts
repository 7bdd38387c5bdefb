import { MENTIONS_MAX } from '@banter/protocol';
import { expect, it } from 'vitest';
import { uncalledText } from './uncalled.ts';

const MEMBER = { kind: 'open', role: 'member' } as const;
const nobody = () => new Set<string>();

it('[N2] an author hears that @room called nobody, and why', () => {
  expect(uncalledText('cc:@room', MEMBER, nobody)).toMatch(
    /^@room called nobody: only owners and moderators/,
  );
  expect(uncalledText('@room', { kind: 'closed', role: 'member' }, nobody)).toMatch(/called nobody/);
});

it.each([
  ['@room', { kind: 'open', role: 'moderator' }],
  ['@room', { kind: 'open', role: 'owner' }],
  ['@room', { kind: 'direct', role: 'member' }],
  ['the room', MEMBER],
  ['> @room meeting', MEMBER],
  ['`@room`', MEMBER],
] as const)('%j says nothing in a room of %j', (content, room) => {
  expect(uncalledText(content, room, nobody)).toBeNull();
});

it('[N2] an author of too many names hears how many were called', () => {
  const names = Array.from({ length: MENTIONS_MAX + 5 }, (_, index) => `name${index}`);
  const content = names.map((name) => `@${name}`).join(' ');
  expect(uncalledText(content, MEMBER, () => new Set(names))).toMatch(
    /^You named 55 people: only the first 50/,
  );
  expect(uncalledText(content, MEMBER, () => new Set(names.slice(10)))).toMatch(/and 5 more called nobody/);
});

it('[N2] an author hears that a name with @ is nobody in the room', () => {
  const members = () => new Set(['ada', 'bob']);
  const told = (content: string) => uncalledText(content, MEMBER, members);
  expect(told('@dot: hi')).toBe('@dot called nobody: no such person is in this room.');
  expect(told('@dot and @nobodyhere, ask @ada')).toMatch(/^@dot, @nobodyhere called nobody/);
  expect(uncalledText('@dot', { kind: 'direct', role: 'member' }, members)).toMatch(/^@dot called nobody/);
  expect(told('@a1 @a2 @a3 @a4 @a5 @a6')).toMatch(/^@a1, @a2, @a3, @a4, @a5 and 1 more called nobody/);
  for (const text of [
    '@ada.',
    '@Ada-',
    '@ada-san',
    '@ada...thanks',
    'dot',
    '`@dot`',
    'a@dot.example',
    '> @dot',
  ])
    expect(told(text)).toBeNull();
  expect(uncalledText('@dot', MEMBER, nobody)).toBeNull();
});
