import { TOKEN_SCOPES, type TokenScope } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { parseDuration } from '../../text/duration.ts';
import { agoText } from '../../text/format.ts';
import { Field, Form, textOf, wrongDuration } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { Secret } from '../panels/secret.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

const ABOUT: Record<TokenScope, string> = {
  read: 'read what you can read',
  write: 'speak and act for you in rooms',
  admin: 'your account, and the server where you administrate it',
};

/** Personal access tokens: each is shown once, as it is made. */
export function AccountTokens() {
  const { client } = usePage();
  const tokens = useLoaded(client.api.tokens);
  const made = useSignal('');
  const create = async (values: FormData) => {
    const scopes = TOKEN_SCOPES.filter((scope) => values.get(scope) !== null);
    const { token } = await client.api.createToken({
      name: textOf(values, 'name'),
      scopes,
      ...expiryOf(textOf(values, 'expiresAt')),
    });
    made.value = token;
    await tokens.load();
    return 'Made. Copy it now: it is not shown again.';
  };
  return (
    <>
      <ul class="records" aria-label="Tokens">
        {(tokens.value ?? []).map(({ id, name, scopes, lastUsedAt, expiresAt }) => (
          <li key={id}>
            <span class="record-name">{name}</span>
            <span class="dim">
              {scopes.join(', ')}; {lastUsedAt === undefined ? 'never used' : `used ${agoText(lastUsedAt)}`}
              {expiresAt !== undefined && `; until ${expiresAt.slice(0, 10)}`}
            </span>
            <button
              type="button"
              class="word"
              aria-label={`revoke ${name}`}
              onClick={() => void tokens.change(client.api.revokeToken(id))}
            >
              revoke
            </button>
          </li>
        ))}
      </ul>
      <PanelNote isWrong={tokens.problem.value !== ''}>
        {tokens.problem.value || (tokens.value?.length === 0 ? 'You have no tokens.' : '')}
      </PanelNote>
      {made.value !== '' && <Secret text={made.value} label="the new token" />}
      <Form label="New token" action="make a token" submit={create} clears>
        {(problemOf) => (
          <>
            <Field name="name" label="for" rule="What will use it." problem={problemOf('name')} isFirst />
            <Field
              name="expiresAt"
              label="good for"
              rule="As in 30d; empty: until revoked."
              problem={problemOf('expiresAt')}
            />
            <fieldset class="checks">
              <legend class="unseen">It may</legend>
              {TOKEN_SCOPES.map((scope) => (
                <label class="check" key={scope}>
                  <input type="checkbox" name={scope} defaultChecked={scope === 'read'} /> <b>{scope}</b>:{' '}
                  {ABOUT[scope]}
                </label>
              ))}
              <p class="field-error" role="alert">
                {problemOf('scopes')}
              </p>
            </fieldset>
          </>
        )}
      </Form>
    </>
  );
}

/** @throws ChatError about what is no duration. */
function expiryOf(typed: string): { expiresAt?: string } {
  if (typed === '') return {};
  const forMs = parseDuration(typed);
  if (forMs === null) throw wrongDuration('expiresAt');
  return { expiresAt: new Date(Date.now() + forMs).toISOString() };
}
