import type { AccountSection } from '../view.ts';
import { AccountDeletion } from './account-deletion.tsx';
import { AccountPassword } from './account-password.tsx';
import { AccountProfile } from './account-profile.tsx';
import { AccountSessions } from './account-sessions.tsx';
import { AccountTokens } from './account-tokens.tsx';
import { Panel } from './panel.tsx';
import { usePage } from './use-page.ts';

const SECTIONS: readonly { name: AccountSection; Content: () => preact.JSX.Element | null }[] = [
  { name: 'profile', Content: AccountProfile },
  { name: 'password', Content: AccountPassword },
  { name: 'sessions', Content: AccountSessions },
  { name: 'tokens', Content: AccountTokens },
  { name: 'deletion', Content: AccountDeletion },
];

/** One's account: how one is shown, the password, where one is signed in, tokens for programs. */
export function AccountPanel({ section, close }: { section: AccountSection; close: () => void }) {
  const { view, self } = usePage();
  const Content = SECTIONS.find(({ name }) => name === section)?.Content;
  return (
    <Panel title={`account of ${self.username}`} close={close} width="broad">
      <nav class="panel-tabs" aria-label="Account">
        {SECTIONS.map(({ name }) => (
          <button
            type="button"
            key={name}
            aria-current={name === section ? 'page' : undefined}
            onClick={() => (view.dialog.value = { name: 'account', section: name })}
          >
            {name}
          </button>
        ))}
      </nav>
      {Content !== undefined && <Content key={section} />}
    </Panel>
  );
}
