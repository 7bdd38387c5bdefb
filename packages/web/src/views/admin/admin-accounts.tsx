import type { AdminAccount } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { agoText, visibleName } from '../../text/format.ts';
import { resetLink } from '../../text/link.ts';
import { problemText } from '../../text/problem.ts';
import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { Secret } from '../panels/secret.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Most accounts shown at once. */
const ACCOUNTS_SHOWN = 50;

/** Lists accounts by name, disables and enables them, and creates reset links. */
export function AdminAccounts() {
  const { client } = usePage();
  const prefix = useSignal('');
  const link = useSignal<{ username: string; url: string } | null>(null);
  const loaded = useLoaded(() =>
    client.api.admin.users({
      limit: ACCOUNTS_SHOWN,
      ...(prefix.value === '' ? {} : { prefix: prefix.value }),
    }),
  );
  const find = async (values: FormData) => {
    prefix.value = textOf(values, 'prefix');
    await loaded.load();
    return '';
  };
  const createLink = async ({ id, username }: AdminAccount) => {
    try {
      const { token } = await client.api.admin.resetToken(id);
      link.value = { username, url: resetLink(location.origin, token) };
    } catch (error) {
      loaded.problem.value = problemText(error);
    }
  };
  const setDisabled = (id: number, disabled: boolean) =>
    void loaded.change(client.api.admin.updateUser(id, { disabled }));
  const isMore = loaded.value?.cursor !== undefined;
  return (
    <>
      <Form label="Find" action="find" submit={find}>
        {(problemOf) => <Field name="prefix" label="name" problem={problemOf('prefix')} isFirst />}
      </Form>
      {link.value !== null && <ResetLink {...link.value} />}
      <ul class="records" aria-label="Accounts">
        {(loaded.value?.users ?? []).map((account) => (
          <AccountRow
            key={account.id}
            account={account}
            createLink={() => void createLink(account)}
            setDisabled={(disabled) => setDisabled(account.id, disabled)}
          />
        ))}
      </ul>
      <PanelNote isWrong={loaded.problem.value !== ''}>
        {loaded.problem.value || (isMore ? 'There are more accounts. Type the start of a name.' : '')}
      </PanelNote>
    </>
  );
}

function ResetLink({ username, url }: { username: string; url: string }) {
  return (
    <>
      <p class="panel-note">
        With this link {visibleName(username)} can set a new password once, within a day:
      </p>
      <Secret text={url} label="reset link" />
    </>
  );
}

type AccountRowProps = {
  account: AdminAccount;
  createLink: () => void;
  setDisabled: (disabled: boolean) => void;
};

function AccountRow({ account, createLink, setDisabled }: AccountRowProps) {
  const { client, self } = usePage();
  const now = client.serverNow();
  const { id, username, email, admin, disabledAt, lastUsedAt } = account;
  const isDisabled = disabledAt !== undefined;
  const facts = [
    admin && 'administrator',
    isDisabled
      ? `disabled ${agoText(disabledAt, now)}`
      : lastUsedAt && `last seen ${agoText(lastUsedAt, now)}`,
    email,
  ].filter(Boolean);
  const name = visibleName(username);
  const action = isDisabled ? 'enable' : 'disable';
  return (
    <li>
      <span class="record-name">{name}</span>
      <span class="dim">{facts.join(', ')}</span>
      <button type="button" class="word" aria-label={`reset link for ${name}`} onClick={createLink}>
        reset link
      </button>
      {id !== self.id && (
        <button
          type="button"
          class="word"
          aria-label={`${action} ${name}`}
          onClick={() => setDisabled(!isDisabled)}
        >
          {action}
        </button>
      )}
    </li>
  );
}
