import { type PersonalToken, TOKEN_SCOPES, type TokenScope } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { parseDuration } from '../../text/duration.ts';
import { agoText } from '../../text/format.ts';
import { Field, Form, textOf, wrongDuration } from '../panels/form.tsx';
import { SecretList } from '../panels/secret-list.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

const SCOPE_TEXTS: Record<TokenScope, string> = {
  read: 'read everything you can read',
  write: 'send messages and act for you in rooms',
  admin: 'manage your account, and the server if you administer it',
};

/** Lists, creates and revokes personal access tokens. A new one is shown once. */
export function AccountTokens() {
  const { client } = usePage();
  const tokens = useLoaded(client.api.tokens);
  const created = useSignal('');
  const create = async (values: FormData) => {
    const scopes = TOKEN_SCOPES.filter((scope) => values.get(scope) !== null);
    const { token } = await client.api.createToken({
      name: textOf(values, 'name'),
      scopes,
      ...expiryOf(textOf(values, 'expiresAt'), client.serverNow()),
    });
    created.value = token;
    await tokens.load();
    return "Token created. Copy it now: it won't be shown again.";
  };
  return (
    <>
      <SecretList
        label="Tokens"
        items={tokens.value}
        row={(token) => (
          <TokenRow
            key={token.id}
            token={token}
            revoke={() => void tokens.change(client.api.revokeToken(token.id))}
          />
        )}
        none="No tokens."
        problem={tokens.problem}
        created={{ text: created.value, label: 'new token' }}
      />
      <TokenForm create={create} />
    </>
  );
}

function TokenRow({ token, revoke }: { token: PersonalToken; revoke: () => void }) {
  const { client } = usePage();
  const { name, scopes, lastUsedAt, expiresAt } = token;
  return (
    <li>
      <span class="record-name">{name}</span>
      <span class="dim">
        {scopes.join(', ')};{' '}
        {lastUsedAt === undefined ? 'never used' : `used ${agoText(lastUsedAt, client.serverNow())}`}
        {expiresAt !== undefined && `; expires ${expiresAt.slice(0, 10)}`}
      </span>
      <button type="button" class="word" aria-label={`revoke ${name}`} onClick={revoke}>
        revoke
      </button>
    </li>
  );
}

function TokenForm({ create }: { create: (values: FormData) => Promise<string> }) {
  return (
    <Form label="New token" action="create token" submit={create} clears>
      {(problemOf) => (
        <>
          <Field
            name="name"
            label="name"
            rule="e.g. the program that will use it."
            problem={problemOf('name')}
            isFirst
          />
          <Field
            name="expiresAt"
            label="valid for"
            rule="e.g. 30d. Empty: until revoked."
            problem={problemOf('expiresAt')}
          />
          <fieldset class="checks">
            <legend class="unseen">Scopes</legend>
            {TOKEN_SCOPES.map((scope) => (
              <label class="check" key={scope}>
                <input type="checkbox" name={scope} defaultChecked={scope === 'read'} /> <b>{scope}</b>:{' '}
                {SCOPE_TEXTS[scope]}
              </label>
            ))}
            <p class="field-error" role="alert">
              {problemOf('scopes')}
            </p>
          </fieldset>
        </>
      )}
    </Form>
  );
}

/** The expiry for a duration typed at `now`; none for an empty text. @throws ChatError for anything else. */
function expiryOf(typed: string, now: number): { expiresAt?: string } {
  if (typed === '') return {};
  const forMs = parseDuration(typed);
  if (forMs === null) throw wrongDuration('expiresAt');
  return { expiresAt: new Date(now + forMs).toISOString() };
}
