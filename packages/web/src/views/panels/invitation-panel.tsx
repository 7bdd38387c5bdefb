import { dayName } from '../../text/format.ts';
import { Panel } from './panel.tsx';
import { Secret } from './secret.tsx';

type InvitationPanelProps = { url: string; expiresAt: string; close: () => void };

/** The link of an invitation that was just made, selected, so that a key copies it. */
export function InvitationPanel({ url, expiresAt, close }: InvitationPanelProps) {
  return (
    <Panel title="invitation" close={close}>
      <Secret text={url} label="the invitation" isFirst />
      <p class="panel-note">
        Whoever has this link can come in until {dayName(expiresAt)}. Copy it now: it is not shown again.
      </p>
    </Panel>
  );
}
