import type { AdminAccount } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { problemText } from '../../page/client-state.ts';
import { agoText, visibleName } from '../../text/format.ts';
import { resetLink } from '../../text/link.ts';
import { Field, Form, textOf } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { Secret } from '../panels/secret.tsx';
import { type Loaded, useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Accounts shown at once; the rest is found by the beginning of a name. */
const ACCOUNTS_SHOWN = 50;

/** Accounts by name: stop them, let them go on, help those who have forgotten their password. */
export function AdminAccounts() {
  const { client } = usePage();
  const prefix = useSignal('');
  const link = useSignal<{ who: string; url: string } | null>(null);
  const page = useLoaded(() =>
    client.api.admin.users({
      limit: ACCOUNTS_SHOWN,
      ...(prefix.value === '' ? {} : { prefix: prefix.value }),
    }),
  );
  const find = async (values: FormData) => {
    prefix.value = textOf(values, 'prefix');
    await page.load();
    return '';
  };
  const reset = async ({ id, username }: AdminAccount) => {
    try {
      const { token } = await client.api.admin.resetToken(id);
      link.value = { who: username, url: resetLink(location.origin, token) };
    } catch (error) {
      page.problem.value = problemText(error);
    }
  };
  const isMore = page.value?.cursor !== undefined;
  return (
    <>
      <Form label="Find" action="find" submit={find}>
        {(problemOf) => <Field name="prefix" label="name" problem={problemOf('prefix')} isFirst />}
      </Form>
      {link.value !== null && (
        <>
          <p class="panel-note">
            With this link {visibleName(link.value.who)} chooses another password, once, within a day:
          </p>
          <Secret text={link.value.url} label="the reset link" />
        </>
      )}
      <ul class="records" aria-label="Accounts">
        {(page.value?.users ?? []).map((account) => (
          <AccountRow key={account.id} account={account} page={page} reset={() => void reset(account)} />
        ))}
      </ul>
      <PanelNote isWrong={page.problem.value !== ''}>
        {page.problem.value || (isMore ? 'There are more: type how the name begins.' : '')}
      </PanelNote>
    </>
  );
}

type AccountRowProps = { account: AdminAccount; page: Loaded<unknown>; reset: () => void };

function AccountRow({ account, page, reset }: AccountRowProps) {
  const { client, self } = usePage();
  const { id, username, email, admin, disabledAt, lastUsedAt } = account;
  const isDisabled = disabledAt !== undefined;
  const facts = [
    admin && 'administrator',
    isDisabled ? `disabled ${agoText(disabledAt)}` : lastUsedAt && `here ${agoText(lastUsedAt)}`,
    email,
  ].filter(Boolean);
  const name = visibleName(username);
  return (
    <li>
      <span class="record-name">{name}</span>
      <span class="dim">{facts.join(', ')}</span>
      <button type="button" class="word" aria-label={`reset link for ${name}`} onClick={reset}>
        reset link
      </button>
      {id !== self.id && (
        <button
          type="button"
          class="word"
          aria-label={`${isDisabled ? 'enable' : 'disable'} ${name}`}
          onClick={() => void page.change(client.api.admin.updateUser(id, { disabled: !isDisabled }))}
        >
          {isDisabled ? 'enable' : 'disable'}
        </button>
      )}
    </li>
  );
}
