import type { Client } from '@banter/client';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { codeOf } from '../../text/link.ts';
import { USERNAME_RULE } from '../../text/name-rules.ts';
import { accountProblems, PASSWORD_RULE, signInProblems } from '../../text/sign-in-rules.ts';
import type { ServerInfo } from './server-info.ts';
import { SignField } from './sign-field.tsx';
import { focusProblem, type Problems, signProblems } from './sign-problems.ts';

type SignFormProps = {
  client: Client;
  info: ServerInfo | null;
  /** Whether the form creates an account instead of signing in. Its button switches. */
  wantsAccount: Signal<boolean>;
  /** The invitation code in the page's address; empty without one. */
  invite: string;
  /** Called with the form's invitation code, or an empty text, before the form is sent. */
  chooseInvite(code: string): Promise<void>;
};

/** Username and password, to sign in or to create an account. Problems are shown beside their fields. */
export function SignForm({ client, info, wantsAccount, invite, chooseInvite }: SignFormProps) {
  const isFirst = info?.firstAccount ?? false;
  const isNew = isFirst || wantsAccount.value;
  const needsInvite = info?.registration === 'invite' && !isFirst;
  const { form, problems, isBusy, submit } = useSubmit(client, isNew, needsInvite, chooseInvite);

  const canSwitch = !isFirst && info?.registration !== 'closed';
  const switchForm = () => {
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
      <NameAndPassword isNew={isNew} problems={problems.value} />
      {isNew && !isFirst && (needsInvite || invite !== '') && (
        <SignField
          name="invite"
          label="invitation"
          autocomplete="off"
          initial={invite}
          rule="Your invitation code, or its link."
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
        {canSwitch && (
          <button type="button" class="word" onClick={switchForm}>
            {isNew ? 'sign in instead' : 'create an account'}
          </button>
        )}
      </div>
    </form>
  );
}

function NameAndPassword({ isNew, problems }: { isNew: boolean; problems: Problems }) {
  return (
    <>
      <SignField
        name="username"
        label="username"
        autocomplete="username"
        rule={isNew ? USERNAME_RULE : null}
        problem={problems.username}
      />
      <SignField
        name="password"
        label="password"
        autocomplete={isNew ? 'new-password' : 'current-password'}
        rule={isNew ? PASSWORD_RULE : null}
        problem={problems.password}
      />
    </>
  );
}

function actionText(isFirst: boolean, isNew: boolean): string {
  if (isFirst) return 'Create the first account (administrator)';
  return isNew ? 'create account' : 'sign in';
}

/** Checks the form, then asks the server. Only one submission runs at a time. */
function useSubmit(
  client: Client,
  isNew: boolean,
  needsInvite: boolean,
  chooseInvite: (code: string) => Promise<void>,
) {
  const problems = useSignal<Problems>({});
  const isBusy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLInputElement>('input')?.focus(), [isNew]);

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
    focusProblem(form.current, problems.value);
  };
  return { form, problems, isBusy, submit };
}
