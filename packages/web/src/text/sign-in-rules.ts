/** Checks of the sign-in page's fields that need no server. The server's own messages come through problem.ts. Pure. */
import {
  countCodePoints,
  NEW_USERNAME_PATTERN,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from '@banter/protocol';

/** The rule for a new password, as sentences. */
export const PASSWORD_RULE = `At least ${PASSWORD_MIN_CHARS} characters. A long phrase beats odd symbols.`;

/** The problem of each field; absent for valid fields. */
export type FieldProblems = { username?: string; password?: string; invite?: string };

/** The values of a sign-in form. `invite` is an invitation code, or empty. */
export type SignValues = { username: string; password: string; invite: string };

/** Checks the values for a new account. @param needsInvite whether the server registers by invitation only. */
export function accountProblems(
  { username, password, invite }: SignValues,
  needsInvite: boolean,
): FieldProblems {
  const problems: FieldProblems = {};
  if (needsInvite && invite === '') problems.invite = 'Enter your invitation code or paste its link.';
  if (!NEW_USERNAME_PATTERN.test(username)) problems.username = usernameProblem(username);
  const length = countCodePoints(password);
  if (length < PASSWORD_MIN_CHARS)
    problems.password = `Use at least ${PASSWORD_MIN_CHARS} characters. This password has ${length}.`;
  if (length > PASSWORD_MAX_CHARS)
    problems.password = `Use at most ${PASSWORD_MAX_CHARS} characters. This password has ${length}.`;
  return problems;
}

/** The part of the rule that is broken. The form shows the whole rule beforehand. */
function usernameProblem(username: string): string {
  if (username === '') return 'Enter a username.';
  if (/[^\w.-]/.test(username)) return 'Use only letters a-z or A-Z, digits, _\u00a0.\u00a0and\u00a0-.';
  if (/^[_.-]|[_.-]$/.test(username)) return 'Start and end with a letter or digit.';
  return `Use 2 to 32 characters. This username has ${username.length}.`;
}

/** Checks that the values for a sign-in are filled in. Only the server knows whether they are right. */
export function signInProblems({ username, password }: Omit<SignValues, 'invite'>): FieldProblems {
  const problems: FieldProblems = {};
  if (username === '') problems.username = 'Enter your username.';
  if (password === '') problems.password = 'Enter your password.';
  return problems;
}
