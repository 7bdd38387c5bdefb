import type { Client } from '@banter/client';
import { ChatError } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PASSWORD_RULE } from '../../text/sign-in-rules.ts';
import { Field, Form } from '../panels/form.tsx';

type ResetFormProps = { client: Client; token: string; done: () => void };

/** Sets a new password with the token of a reset link. `done` returns to the sign-in form. */
export function ResetForm({ client, token, done }: ResetFormProps) {
  const link = useSignal<'valid' | 'used' | 'expired'>('valid');
  const submit = async (values: FormData) => {
    try {
      await client.api.resetPassword({ token, password: String(values.get('password')) });
      link.value = 'used';
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'not_found') throw error;
      link.value = 'expired';
    }
    return '';
  };
  if (link.value !== 'valid') return <ResetEnd isDone={link.value === 'used'} done={done} />;
  return (
    <>
      <Form label="New password" action="set password" submit={submit}>
        {(problemOf) => (
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="new-password"
            rule={PASSWORD_RULE}
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

/** Replaces the form when the link can't be used again. The button has the focus. */
function ResetEnd({ isDone, done }: { isDone: boolean; done: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <>
      <p class={isDone ? 'panel-note' : 'panel-note wrong'} role="alert">
        {isDone
          ? "Password changed. You're signed out everywhere."
          : "This link isn't valid, or it has expired. Ask for a new one."}
      </p>
      <button type="button" class="primary" ref={button} onClick={done}>
        sign in
      </button>
    </>
  );
}
