import type { Invitation } from '@banter/protocol';
import { useSignal } from '@preact/signals';
import { parseDuration } from '../../text/duration.ts';
import { dayName, visibleName } from '../../text/format.ts';
import { joinLink } from '../../text/link.ts';
import { Field, Form, textOf, wrongDuration } from '../panels/form.tsx';
import { SecretList } from '../panels/secret-list.tsx';
import { useLoaded } from '../panels/use-loaded.ts';
import { usePage } from '../use-page.ts';

/** Lists, creates and revokes invitations, to the server and to rooms. A new link is shown once. */
export function AdminInvitations() {
  const { client } = usePage();
  const loaded = useLoaded(() => client.api.invitations());
  const created = useSignal('');
  const create = async (values: FormData) => {
    const uses = textOf(values, 'maxUses');
    const time = textOf(values, 'expiresInSeconds');
    const forMs = parseDuration(time);
    if (time !== '' && forMs === null) throw wrongDuration('expiresInSeconds');
    const { code } = await client.api.createInvitation({
      ...(uses === '' ? {} : { maxUses: Number(uses) }),
      ...(forMs === null ? {} : { expiresInSeconds: forMs / 1_000 }),
    });
    created.value = joinLink(location.origin, code);
    await loaded.load();
    return "Invitation created. Copy the link now: it won't be shown again.";
  };
  return (
    <>
      <SecretList
        label="Invitations"
        items={loaded.value?.invitations ?? null}
        row={(invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            revoke={() => void loaded.change(client.api.revokeInvitation(invitation.id))}
          />
        )}
        none="No invitations."
        problem={loaded.problem}
        created={{ text: created.value, label: 'invitation link' }}
      />
      <InvitationForm create={create} />
    </>
  );
}

function InvitationForm({ create }: { create: (values: FormData) => Promise<string> }) {
  return (
    <Form label="New invitation" action="invite to the server" submit={create} clears>
      {(problemOf) => (
        <>
          <Field
            name="maxUses"
            label="uses"
            rule="How often it can be used. Empty: any number of times."
            problem={problemOf('maxUses')}
            isFirst
          />
          <Field
            name="expiresInSeconds"
            label="valid for"
            rule="e.g. 2h or 30d. Empty: 7 days."
            problem={problemOf('expiresInSeconds')}
          />
        </>
      )}
    </Form>
  );
}

function InvitationRow({ invitation, revoke }: { invitation: Invitation; revoke: () => void }) {
  const { username, roomName, expiresAt } = invitation;
  const name = visibleName(username);
  return (
    <li>
      <span class="record-name">{roomName === undefined ? 'server' : `#${roomName}`}</span>
      <span class="dim">
        by {name}; {usesText(invitation)}; expires {dayName(expiresAt)}
      </span>
      <button type="button" class="word" aria-label={`revoke the invitation by ${name}`} onClick={revoke}>
        revoke
      </button>
    </li>
  );
}

function usesText({ uses, maxUses }: Invitation): string {
  if (maxUses !== undefined) return `${uses} of ${maxUses} used`;
  if (uses === 0) return 'not used';
  return uses === 1 ? 'used once' : `used ${uses} times`;
}
