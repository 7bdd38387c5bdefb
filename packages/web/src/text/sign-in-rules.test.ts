import { describe, expect, it } from 'vitest';
import { accountProblems, signInProblems } from './sign-in-rules.ts';

describe('sign rules', () => {
  it('accept a valid username and a long password', () => {
    expect(accountProblems({ username: 'juno_2', password: 'correct horse', invite: '' }, false)).toEqual({});
    expect(signInProblems({ username: 'juno', password: 'x' })).toEqual({});
  });

  it('name the field and the broken rule', () => {
    const problems = accountProblems({ username: '-juno', password: 'short', invite: '' }, false);
    expect(problems.username).toBe('Start and end with a letter or digit.');
    expect(problems.password).toBe('Use at least 10 characters. This password has 5.');
    expect(accountProblems({ username: 'juno', password: 'x'.repeat(257), invite: '' }, false).password).toBe(
      'Use at most 256 characters. This password has 257.',
    );
  });

  it('name the part of the username rule that is broken', () => {
    const problem = (username: string) =>
      accountProblems({ username: username, password: 'correct horse', invite: '' }, false).username;
    expect(problem('')).toBe('Enter a username.');
    expect(problem('j')).toBe('Use 2 to 32 characters. This username has 1.');
    expect(problem('j'.repeat(33))).toContain('This username has 33');
    for (const odd of ['ju no', 'jünö', 'j\n', '-ö'])
      expect(problem(odd)).toContain('Use only letters a-z or A-Z');
  });

  it('count characters, not code units', () => {
    expect(
      accountProblems({ username: 'juno', password: '🙂'.repeat(9), invite: '' }, false).password,
    ).toContain('has 9');
    expect(accountProblems({ username: 'juno', password: '🙂'.repeat(10), invite: '' }, false)).toEqual({});
  });

  it('ask for empty fields', () => {
    expect(Object.keys(signInProblems({ username: '', password: '' }))).toEqual(['username', 'password']);
  });

  it('ask for an invitation when the server needs one', () => {
    const given = { username: 'juno', password: 'correct horse', invite: '' };
    expect(accountProblems(given, true).invite).toBe('Enter your invitation code or paste its link.');
    expect(accountProblems({ ...given, invite: 'x' }, true)).toEqual({});
  });
});
