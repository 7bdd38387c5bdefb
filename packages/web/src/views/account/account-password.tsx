import { PASSWORD_HINT } from '../../text/sign-rules.ts';
import { Field, Form } from '../panels/form.tsx';
import { usePage } from '../use-page.ts';

/** Another password; whoever else is signed in must sign in again. */
export function AccountPassword() {
  const { client } = usePage();
  const submit = async (values: FormData) => {
    const endTokens = values.get('endTokens') !== null;
    await client.api.changePassword({
      current: String(values.get('current')),
      new: String(values.get('new')),
      ...(endTokens ? { endTokens } : {}),
    });
    return `Changed. Your other devices are signed out${endTokens ? ', and your tokens revoked' : ''}.`;
  };
  return (
    <Form label="Password" action="change password" submit={submit} clears>
      {(problemOf) => (
        <>
          <Field
            name="current"
            label="current"
            type="password"
            autocomplete="current-password"
            problem={problemOf('current')}
            isFirst
          />
          <Field
            name="new"
            label="new"
            type="password"
            autocomplete="new-password"
            rule={PASSWORD_HINT}
            problem={problemOf('new')}
          />
          <label class="check">
            <input type="checkbox" name="endTokens" /> revoke my tokens too
          </label>
        </>
      )}
    </Form>
  );
}
