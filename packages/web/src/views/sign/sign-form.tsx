import type { Client } from '@banter/client';
import { ChatError } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { fieldProblem, problemText } from '../../page/client-state.ts';
import { codeOf } from '../../page/invitation.ts';
import { USERNAME_HINT } from '../../text/name-rules.ts';
import {
  accountProblems,
  type FieldProblems,
  PASSWORD_HINT,
  type SignValues,
  signInProblems,
} from '../../text/sign-rules.ts';
import type { ServerInfo } from './server-info.ts';
import { SignField } from './sign-field.tsx';

type Problems = FieldProblems & { form?: string };

type SignFormProps = {
  client: Client;
  info: ServerInfo | null;
  /** Whether a new account is being made; the form turns it. */
  wantsAccount: Signal<boolean>;
  /** The code that the page was opened with, or empty. */
  invite: string;
  /** Hears which code goes with the form that is sent, or empty, before it is. */
  chooseInvite(code: string): Promise<void>;
};

/** Name and password, to sign in or to make an account; what is wrong stands beside its field. */
export function SignForm({ client, info, wantsAccount, invite, chooseInvite }: SignFormProps) {
  const problems = useSignal<Problems>({});
  const isBusy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const isFirst = info?.firstAccount ?? false;
  const isNew = isFirst || wantsAccount.value;
  const needsInvite = info?.registration === 'invite' && !isFirst;

  useEffect(() => focusFirst(form.current), [isNew]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy.value || form.current === null) return;
    const values = new FormData(form.current);
    const given = {
      username: String(values.get('username')).trim(),
      password: String(values.get('password')),
      invite: codeOf(String(values.get('invite') ?? '')),
    };
    problems.value = isNew ? accountProblems(given, needsInvite) : signInProblems(given);
    if (Object.keys(problems.value).length === 0) {
      isBusy.value = true;
      await chooseInvite(given.invite);
      problems.value = await signProblems(client, isNew, given);
      isBusy.value = false;
    }
    focusWrong(form.current, problems.value);
  };
  const swap = () => {
    wantsAccount.value = !wantsAccount.value;
    problems.value = {};
  };

  return (
    <form
      class="sign-form"
      ref={form}
      noValidate
      onSubmit={submit}
      aria-label={isNew ? 'New account' : 'Sign in'}
    >
      <SignField
        name="username"
        label="username"
        autocomplete="username"
        rule={isNew ? `${USERNAME_HINT}.` : null}
        problem={problems.value.username}
      />
      <SignField
        name="password"
        label="password"
        autocomplete={isNew ? 'new-password' : 'current-password'}
        rule={isNew ? PASSWORD_HINT : null}
        problem={problems.value.password}
      />
      {isNew && !isFirst && (needsInvite || invite !== '') && (
        <SignField
          name="invite"
          label="invitation"
          autocomplete="off"
          initial={invite}
          rule="The code of an invitation, or its whole link."
          problem={problems.value.invite}
        />
      )}
      <p class="form-error" role="alert">
        {problems.value.form}
      </p>
      <div class="sign-actions">
        <button type="submit" class="primary" aria-disabled={isBusy.value}>
          {actionText(isFirst, isNew)}
        </button>
        {!isFirst && info?.registration !== 'closed' && (
          <button type="button" class="word" onClick={swap}>
            {isNew ? 'sign in instead' : 'create an account'}
          </button>
        )}
      </div>
    </form>
  );
}

function actionText(isFirst: boolean, isNew: boolean): string {
  if (isFirst) return 'Create the first account (administrator)';
  return isNew ? 'create account' : 'sign in';
}

/** Asks the server; gives what it refuses, by field where it names one. */
async function signProblems(
  client: Client,
  isNew: boolean,
  { username, password, invite }: SignValues,
): Promise<Problems> {
  const account = { username, password, ...(invite === '' ? {} : { invite }) };
  try {
    await (isNew ? client.register(account) : client.login({ login: username, password }));
    return {};
  } catch (error) {
    return refusal(error, isNew);
  }
}

function refusal(error: unknown, isNew: boolean): Problems {
  if (!(error instanceof ChatError)) return { form: problemText(error) };
  const username = fieldProblem(error, 'username');
  const password = fieldProblem(error, 'password');
  const invite = fieldProblem(error, 'invite');
  const problems: Problems = {
    ...(invite === null ? {} : { invite }),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
  };
  if (Object.keys(problems).length > 0) return problems;
  if (error.code === 'conflict') return { username: problemText(error) };
  // The server does not say which of the two is wrong, so the field to mend is the one that cannot be read.
  if (!isNew && error.code === 'unauthenticated') return { password: problemText(error) };
  return { form: problemText(error) };
}

/** In the order in which they stand. */
const FIELDS = ['username', 'password', 'invite'] as const;

function focusFirst(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLInputElement>('input')?.focus();
}

function focusWrong(form: HTMLFormElement | null, problems: Problems): void {
  const name = FIELDS.find((field) => problems[field] !== undefined) ?? 'password';
  if (Object.keys(problems).length > 0) form?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();
}
