import type { Client } from '@banter/client';
import { useSignal } from '@preact/signals';
import { PASSWORD_RULE } from '../sign-rules.ts';
import { Field, Form } from './form.tsx';

/** Chooses another password by a link from an administrator. `done` leads to the sign-in. */
export function ResetForm({ client, token, done }: { client: Client; token: string; done: () => void }) {
  const isDone = useSignal(false);
  const submit = async (values: FormData) => {
    await client.api.resetPassword({ token, password: String(values.get('password')) });
    isDone.value = true;
    return 'Your password is changed, and you are signed out everywhere.';
  };
  return (
    <>
      <Form label="New password" action="choose this password" submit={submit} clears>
        {(problemOf) => (
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="new-password"
            rule={`${PASSWORD_RULE}; longer is better than stranger.`}
            problem={problemOf('password')}
            isFirst
          />
        )}
      </Form>
      <button type="button" class="word" onClick={done}>
        {isDone.value ? 'sign in' : 'sign in instead'}
      </button>
    </>
  );
}
