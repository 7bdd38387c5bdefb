import { dayName } from '../../text/format.ts';
import { Panel } from './panel.tsx';
import { Secret } from './secret.tsx';

type InvitationPanelProps = { url: string; expiresAt: string; close: () => void };

/** The link of a new invitation, selected for copying. */
export function InvitationPanel({ url, expiresAt, close }: InvitationPanelProps) {
  return (
    <Panel title="invitation" close={close}>
      <Secret text={url} label="invitation link" isFirst />
      <p class="panel-note">
        Anyone with this link can join until {dayName(expiresAt)}. Copy it now: it won't be shown again.
      </p>
    </Panel>
  );
}
