/** What a name and a password must look like, checked before the server is asked. Pure. */
import { countCodePoints, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, USERNAME_PATTERN } from '@banter/protocol';

const PASSWORD_RULE = `at least ${PASSWORD_MIN_CHARS} characters`;
/** Stands beside a field for a new password. */
export const PASSWORD_HINT = `${PASSWORD_RULE}; longer is better than stranger.`;

/** What is wrong with each field of a form; empty for nothing. */
export type FieldProblems = { username?: string; password?: string; invite?: string };

/** What a form asks for; `invite` is the code of an invitation, or empty. */
export type SignValues = { username: string; password: string; invite: string };

/** Checks a new account. @param needsInvite whether the server takes people by invitation alone. */
export function accountProblems(
  { username, password, invite }: SignValues,
  needsInvite: boolean,
): FieldProblems {
  const problems: FieldProblems = {};
  if (needsInvite && invite === '') problems.invite = 'Type the code of your invitation, or paste its link.';
  if (!USERNAME_PATTERN.test(username)) problems.username = usernameProblem(username);
  const length = countCodePoints(password);
  if (length < PASSWORD_MIN_CHARS)
    problems.password = `A password has ${PASSWORD_RULE}; this one has ${length}.`;
  if (length > PASSWORD_MAX_CHARS)
    problems.password = `A password has at most ${PASSWORD_MAX_CHARS} characters.`;
  return problems;
}

/** Which part of the rule is broken. The whole of it stood beside the field before, and did not help. */
function usernameProblem(username: string): string {
  if (username === '') return 'Type a username.';
  if (/[^\w.-]/.test(username))
    return 'A username has only letters a-z or A-Z, digits, _\u00a0.\u00a0and\u00a0-.';
  if (/^[_.-]/.test(username)) return 'A username begins with a letter or digit.';
  return `A username has 2 to 32 characters; this one has ${username.length}.`;
}

/** Checks that a sign-in is filled in; whether it is right, only the server knows. */
export function signInProblems({ username, password }: Omit<SignValues, 'invite'>): FieldProblems {
  const problems: FieldProblems = {};
  if (username === '') problems.username = 'Type your username.';
  if (password === '') problems.password = 'Type your password.';
  return problems;
}
