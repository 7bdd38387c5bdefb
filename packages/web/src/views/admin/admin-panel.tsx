import type { AdminSection } from '../../page/view.ts';
import { TabbedPanel } from '../panels/tabbed-panel.tsx';
import { usePage } from '../use-page.ts';
import { AdminAccounts } from './admin-accounts.tsx';
import { AdminAudit } from './admin-audit.tsx';
import { AdminInvitations } from './admin-invitations.tsx';

const SECTIONS = [
  { name: 'accounts', Content: AdminAccounts },
  { name: 'invitations', Content: AdminInvitations },
  { name: 'audit', Content: AdminAudit },
] as const;

/** The server's administration: accounts, invitations, audit log. */
export function AdminPanel({ section, close }: { section: AdminSection; close: () => void }) {
  const { view } = usePage();
  const choose = (next: AdminSection) => {
    view.dialog.value = { name: 'admin', section: next };
  };
  return (
    <TabbedPanel title="administration" sections={SECTIONS} section={section} choose={choose} close={close} />
  );
}
