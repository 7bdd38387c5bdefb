import { expect, it } from 'vitest';
import { asTyped, commandIn, unescaped } from './slash.ts';

it.each([
  ['//join', '/join'],
  ['//shrug now', '/shrug now'],
  ['///join', '//join'],
  ['／／join', '／join'],
  ['// comment\nlet x', '// comment\nlet x'],
  ['//', '//'],
  ['/// docs', '/// docs'],
  ['//cdn.example/x', '//cdn.example/x'],
  ['/etc/hosts', '/etc/hosts'],
  ['hello //join', 'hello //join'],
])('%j is sent as %j', (line, content) => expect(unescaped(line)).toBe(content));

it.each(['/join #x', '／join #x', '／ＪＯＩＮ', '/', '/ x'])('%j is a command', (line) => {
  expect(commandIn(line)).not.toBeNull();
});

it.each(['/etc/hosts', '／etc／hosts', '//join', '// comment', ' /join', 'text'])('%j is a text', (line) => {
  expect(commandIn(line)).toBeNull();
});

it.each(['/join', '//join', '／join', '// comment', '//', '/etc/hosts', '//a/b', 'text', ' /join', '///'])(
  '%j is the same after an edit',
  (content) => {
    const typed = asTyped(content);
    expect(unescaped(typed)).toBe(content);
    expect(commandIn(typed)).toBeNull();
  },
);

it('a lone slash is edited as a text', () => expect(commandIn(asTyped('/ x'))).toBeNull());
