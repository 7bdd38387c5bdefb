import { PASSWORD_RULE } from '../../text/sign-in-rules.ts';
import { Field, Form } from '../panels/form.tsx';
import { usePage } from '../use-page.ts';

/** Changes the password. All other sessions end. */
export function AccountPassword() {
  const { client } = usePage();
  const submit = async (values: FormData) => {
    const endTokens = values.get('endTokens') !== null;
    await client.api.changePassword({
      current: String(values.get('current')),
      new: String(values.get('new')),
      ...(endTokens ? { endTokens } : {}),
    });
    return `Password changed. Other sessions are signed out${endTokens ? ' and your tokens revoked' : ''}.`;
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
            rule={PASSWORD_RULE}
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
