import { describe, expect, it } from 'vitest';
import { accountProblems, signInProblems } from './sign-rules.ts';

describe('sign rules', () => {
  it('finds nothing wrong with a good name and a long password', () => {
    expect(accountProblems({ username: 'juno_2', password: 'correct horse', invite: '' }, false)).toEqual({});
    expect(signInProblems({ username: 'juno', password: 'x' })).toEqual({});
  });

  it('names the field and the rule', () => {
    const problems = accountProblems({ username: '-juno', password: 'short', invite: '' }, false);
    expect(problems.username).toBe('A username begins with a letter or digit.');
    expect(problems.password).toBe('A password has at least 10 characters; this one has 5.');
    expect(
      accountProblems({ username: 'juno', password: 'x'.repeat(257), invite: '' }, false).password,
    ).toContain('at most 256');
  });

  it('says which part of the rule for usernames is broken', () => {
    const problem = (username: string) =>
      accountProblems({ username: username, password: 'correct horse', invite: '' }, false).username;
    expect(problem('')).toBe('Type a username.');
    expect(problem('j')).toBe('A username has 2 to 32 characters; this one has 1.');
    expect(problem('j'.repeat(33))).toContain('this one has 33');
    for (const odd of ['ju no', 'jünö', 'j\n', '-ö'])
      expect(problem(odd)).toContain('only letters a-z or A-Z');
  });

  it('counts characters, not code units', () => {
    expect(
      accountProblems({ username: 'juno', password: '🙂'.repeat(9), invite: '' }, false).password,
    ).toContain('has 9');
    expect(accountProblems({ username: 'juno', password: '🙂'.repeat(10), invite: '' }, false)).toEqual({});
  });

  it('asks for what was left empty', () => {
    expect(Object.keys(signInProblems({ username: '', password: '' }))).toEqual(['username', 'password']);
  });

  it('asks for an invitation where the server does', () => {
    const given = { username: 'juno', password: 'correct horse', invite: '' };
    expect(accountProblems(given, true).invite).toBe('Type the code of your invitation, or paste its link.');
    expect(accountProblems({ ...given, invite: 'x' }, true)).toEqual({});
  });
});
