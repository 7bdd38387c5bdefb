import type { Invitation } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { parseDuration } from '../../text/duration.ts';
import { dayName, visibleName } from '../../text/format.ts';
import { joinLink } from '../../text/link.ts';
import { Field, Form, textOf, wrongDuration } from '../panels/form.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { Secret } from '../panels/secret.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Links that let people onto the server, and those into rooms that one may take back. */
export function AdminInvitations() {
  const { client } = usePage();
  const page = useLoaded(() => client.api.invitations());
  const made = useSignal('');
  const create = async (values: FormData) => {
    const uses = textOf(values, 'maxUses');
    const time = textOf(values, 'expiresInSeconds');
    const forMs = parseDuration(time);
    if (time !== '' && forMs === null) throw wrongDuration('expiresInSeconds');
    const { code } = await client.api.createInvitation({
      ...(uses === '' ? {} : { maxUses: Number(uses) }),
      ...(forMs === null ? {} : { expiresInSeconds: forMs / 1_000 }),
    });
    made.value = joinLink(location.origin, code);
    await page.load();
    return 'Made. Copy the link now: it is not shown again.';
  };
  return (
    <>
      <ul class="records" aria-label="Invitations">
        {(page.value?.invitations ?? []).map((invitation) => (
          <li key={invitation.id}>
            <span class="record-name">
              {invitation.roomName === undefined ? 'server' : `#${invitation.roomName}`}
            </span>
            <span class="dim">{aboutInvitation(invitation)}</span>
            <button
              type="button"
              class="word"
              aria-label={`revoke the invitation of ${visibleName(invitation.username)}`}
              onClick={() => void page.change(client.api.revokeInvitation(invitation.id))}
            >
              revoke
            </button>
          </li>
        ))}
      </ul>
      <PanelNote isWrong={page.problem.value !== ''}>
        {page.problem.value || (page.value?.invitations.length === 0 ? 'There are no invitations.' : '')}
      </PanelNote>
      {made.value !== '' && <Secret text={made.value} label="the invitation" />}
      <Form label="New invitation" action="invite to the server" submit={create} clears>
        {(problemOf) => (
          <>
            <Field
              name="maxUses"
              label="people"
              rule="How many it lets in; empty: any number."
              problem={problemOf('maxUses')}
              isFirst
            />
            <Field
              name="expiresInSeconds"
              label="good for"
              rule="As in 2h or 30d; empty: 7 days."
              problem={problemOf('expiresInSeconds')}
            />
          </>
        )}
      </Form>
    </>
  );
}

function aboutInvitation({ username, uses, maxUses, expiresAt }: Invitation): string {
  const used = maxUses === undefined ? `${uses} came` : `${uses} of ${maxUses} came`;
  return `by ${visibleName(username)}; ${used}; until ${dayName(expiresAt)}`;
}
