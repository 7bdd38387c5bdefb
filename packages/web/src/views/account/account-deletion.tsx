import { signOut } from '../../page/sign-out.ts';
import { Field, Form } from '../panels/form.tsx';
import { usePage } from '../use-page.ts';

/** Deletes the account, and its messages if the person wants that. */
export function AccountDeletion() {
  const page = usePage();
  const submit = async (values: FormData) => {
    const messages = values.get('messages') === 'remove' ? 'remove' : 'keep';
    await page.client.api.deleteAccount({ password: String(values.get('password')), messages });
    await signOut(page);
    return '';
  };
  return (
    <Form label="Deletion" action="delete my account" submit={submit}>
      {(problemOf) => (
        <>
          <p class="panel-note">
            This can't be undone. Your name, profile, sessions and tokens are deleted at once.
          </p>
          <fieldset class="checks">
            <legend class="unseen">Your messages</legend>
            <label class="check">
              <input type="radio" name="messages" value="keep" defaultChecked /> keep my messages, without my
              name
            </label>
            <label class="check">
              <input type="radio" name="messages" value="remove" /> delete the text of all my messages
            </label>
          </fieldset>
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="current-password"
            rule="Confirm with your password."
            problem={problemOf('password')}
            isFirst
          />
        </>
      )}
    </Form>
  );
}
