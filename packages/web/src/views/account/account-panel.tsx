import type { AccountSection } from '../../page/view.ts';
import { TabbedPanel } from '../panels/tabbed-panel.tsx';
import { usePage } from '../use-page.ts';
import { AccountDeletion } from './account-deletion.tsx';
import { AccountPassword } from './account-password.tsx';
import { AccountProfile } from './account-profile.tsx';
import { AccountSessions } from './account-sessions.tsx';
import { AccountTokens } from './account-tokens.tsx';

const SECTIONS = [
  { name: 'profile', Content: AccountProfile },
  { name: 'password', Content: AccountPassword },
  { name: 'sessions', Content: AccountSessions },
  { name: 'tokens', Content: AccountTokens },
  { name: 'deletion', Content: AccountDeletion },
] as const;

/** The reader's account: profile, password, sessions, tokens, deletion. */
export function AccountPanel({ section, close }: { section: AccountSection; close: () => void }) {
  const { view, self } = usePage();
  const choose = (next: AccountSection) => {
    view.dialog.value = { name: 'account', section: next };
  };
  const title = `account of ${self.username}`;
  return <TabbedPanel title={title} sections={SECTIONS} section={section} choose={choose} close={close} />;
}
