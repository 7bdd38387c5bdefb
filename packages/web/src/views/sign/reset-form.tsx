import type { Client } from '@banter/client';
import { ChatError } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PASSWORD_HINT } from '../../text/sign-rules.ts';
import { Field, Form } from '../panels/form.tsx';

type ResetFormProps = { client: Client; token: string; done: () => void };

/** Chooses another password by a link from an administrator, as long as the link is good. `done` leads to the sign-in. */
export function ResetForm({ client, token, done }: ResetFormProps) {
  const link = useSignal<'good' | 'used' | 'gone'>('good');
  const submit = async (values: FormData) => {
    try {
      await client.api.resetPassword({ token, password: String(values.get('password')) });
      link.value = 'used';
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'not_found') throw error;
      link.value = 'gone';
    }
    return '';
  };
  if (link.value !== 'good') return <ResetEnd isDone={link.value === 'used'} done={done} />;
  return (
    <>
      <Form label="New password" action="choose this password" submit={submit}>
        {(problemOf) => (
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="new-password"
            rule={PASSWORD_HINT}
            problem={problemOf('password')}
            isFirst
          />
        )}
      </Form>
      <button type="button" class="word" onClick={done}>
        sign in instead
      </button>
    </>
  );
}

/** The link is good for nothing more: there is no form, and the keyboard is where one goes on. */
function ResetEnd({ isDone, done }: { isDone: boolean; done: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <>
      <p class={isDone ? 'panel-note' : 'panel-note wrong'} role="alert">
        {isDone
          ? 'Your password is changed, and you are signed out everywhere.'
          : 'This link is no longer good: ask for a new one.'}
      </p>
      <button type="button" class="primary" ref={button} onClick={done}>
        sign in
      </button>
    </>
  );
}
