/** What a name and a password must look like, checked before the server is asked. Pure. */
import {
  countCodePoints,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  USERNAME_PATTERN,
  USERNAME_RULE,
} from '@banter/protocol';

export const PASSWORD_RULE = `at least ${PASSWORD_MIN_CHARS} characters`;

/** What is wrong with each field of a form; empty for nothing. */
export type FieldProblems = { username?: string; password?: string };

/** Checks a new account. */
export function accountProblems(username: string, password: string): FieldProblems {
  const problems: FieldProblems = {};
  if (!USERNAME_PATTERN.test(username)) problems.username = `A name has ${USERNAME_RULE}.`;
  const length = countCodePoints(password);
  if (length < PASSWORD_MIN_CHARS)
    problems.password = `A password has ${PASSWORD_RULE}; this one has ${length}.`;
  if (length > PASSWORD_MAX_CHARS)
    problems.password = `A password has at most ${PASSWORD_MAX_CHARS} characters.`;
  return problems;
}

/** Checks that a sign-in is filled in; whether it is right, only the server knows. */
export function signInProblems(username: string, password: string): FieldProblems {
  const problems: FieldProblems = {};
  if (username === '') problems.username = 'Type your name.';
  if (password === '') problems.password = 'Type your password.';
  return problems;
}
