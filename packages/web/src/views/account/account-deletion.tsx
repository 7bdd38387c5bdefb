import { signOut } from '../../commands/submit.ts';
import { Field, Form } from '../panels/form.tsx';
import { usePage } from '../use-page.ts';

/** The end of the account, with one's messages or without. */
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
          <p class="panel-note">This cannot be undone. Your name, profile, sessions and tokens go at once.</p>
          <fieldset class="checks">
            <legend class="unseen">Your messages</legend>
            <label class="check">
              <input type="radio" name="messages" value="keep" defaultChecked /> my messages stay, without my
              name
            </label>
            <label class="check">
              <input type="radio" name="messages" value="remove" /> the text of all my messages goes too
            </label>
          </fieldset>
          <Field
            name="password"
            label="password"
            type="password"
            autocomplete="current-password"
            problem={problemOf('password')}
            isFirst
          />
        </>
      )}
    </Form>
  );
}
