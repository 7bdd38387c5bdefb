/** Problems of the sign-in form, by field. */
import type { Client } from '@banter/client';
import { ChatError } from '@banter/protocol';
import { fieldProblem, problemText } from '../../text/problem.ts';
import type { FieldProblems, SignValues } from '../../text/sign-in-rules.ts';

/** Problems of single fields, and of the form as a whole. */
export type Problems = FieldProblems & { form?: string };

/** The fields in the order of the form. */
const FIELDS = ['username', 'password', 'invite'] as const;

/** Signs in or registers. Resolves to the reasons why the server rejected it; empty when it succeeded. */
export async function signProblems(
  client: Client,
  isNew: boolean,
  { username, password, invite }: SignValues,
): Promise<Problems> {
  const account = { username, password, ...(invite === '' ? {} : { invite }) };
  try {
    await (isNew ? client.register(account) : client.login({ login: username, password }));
    return {};
  } catch (error) {
    return problemsOf(error, isNew);
  }
}

/** Focuses the first field with a problem; the password when the problem is not about a field. */
export function focusProblem(form: HTMLFormElement | null, problems: Problems): void {
  const name = FIELDS.find((field) => problems[field] !== undefined) ?? 'password';
  if (Object.keys(problems).length > 0) form?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();
}

function problemsOf(error: unknown, isNew: boolean): Problems {
  if (!(error instanceof ChatError)) return { form: problemText(error) };
  const problems: Problems = {};
  for (const field of FIELDS) {
    const problem = fieldProblem(error, field);
    if (problem !== null) problems[field] = problem;
  }
  if (Object.keys(problems).length > 0) return problems;
  if (error.code === 'conflict') return { username: problemText(error) };
  // The server doesn't say which of the two is wrong. Mark the password: a person can't see what they typed there.
  if (!isNew && error.code === 'unauthenticated') return { password: problemText(error) };
  return { form: problemText(error) };
}
