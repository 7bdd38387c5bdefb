/** Checks of the fields of a new account. */
import { EMAIL_MAX_CHARS, type FieldError, usernameProblem } from '@banter/protocol';
import { checkPassword } from './passwords.ts';

/** The fields of a new account. */
export type NewAccountInput = {
  username: string;
  password: string;
  email?: string | undefined;
  /** The code of an invitation. */
  invite?: string | undefined;
};

const EMAIL_PATTERN = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;

/** Whether a text looks like an email address: one @ with something on both sides. Only a mail can prove more. */
export function isEmail(email: string): boolean {
  return email.length <= EMAIL_MAX_CHARS && EMAIL_PATTERN.test(email);
}

/** Returns what is wrong with the fields of a new account, all at once; empty if nothing is. */
export function checkAccount({ username, password, email }: NewAccountInput): FieldError[] {
  const wrong: FieldError[] = [];
  const nameProblem = usernameProblem(username);
  if (nameProblem !== null) wrong.push({ field: 'username', message: nameProblem });
  const problem = checkPassword(password, username);
  if (problem) wrong.push({ field: 'password', message: problem });
  if (email !== undefined && !isEmail(email))
    wrong.push({ field: 'email', message: 'this is not an email address: write it as ada@example.net' });
  return wrong;
}
