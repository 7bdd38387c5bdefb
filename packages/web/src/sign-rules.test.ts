import { describe, expect, it } from 'vitest';
import { accountProblems, signInProblems } from './sign-rules.ts';

describe('sign rules', () => {
  it('finds nothing wrong with a good name and a long password', () => {
    expect(accountProblems('juno_2', 'correct horse')).toEqual({});
    expect(signInProblems('juno', 'x')).toEqual({});
  });

  it('names the field and the rule', () => {
    const problems = accountProblems('-juno', 'short');
    expect(problems.username).toBe('A username begins with a letter or digit.');
    expect(problems.password).toBe('A password has at least 10 characters; this one has 5.');
    expect(accountProblems('juno', 'x'.repeat(257)).password).toContain('at most 256');
  });

  it('says which part of the rule for usernames is broken', () => {
    const problem = (username: string) => accountProblems(username, 'correct horse').username;
    expect(problem('')).toBe('Type a username.');
    expect(problem('j')).toBe('A username has 2 to 32 characters; this one has 1.');
    expect(problem('j'.repeat(33))).toContain('this one has 33');
    for (const odd of ['ju no', 'jünö', 'j\n', '-ö'])
      expect(problem(odd)).toContain('only letters a-z or A-Z');
  });

  it('counts characters, not code units', () => {
    expect(accountProblems('juno', '🙂'.repeat(9)).password).toContain('has 9');
    expect(accountProblems('juno', '🙂'.repeat(10))).toEqual({});
  });

  it('asks for what was left empty', () => {
    expect(Object.keys(signInProblems('', ''))).toEqual(['username', 'password']);
  });
});
