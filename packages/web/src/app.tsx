import type { Client } from '@banter/client';
import type { ReadonlySignal } from '@preact/signals';
import type { OpenInvitation } from './page/invitation.ts';
import type { Page } from './page/page.ts';
import { Shell } from './views/shell/shell.tsx';
import { Login } from './views/sign-in/login.tsx';

/** Which screen to show. `starting`: the session is being restored. `unreachable`: the server failed, and is tried again. */
export type Stage =
  | { name: 'starting' }
  | { name: 'unreachable'; reason: string }
  | { name: 'signed-out' }
  | { name: 'signed-in'; page: Page };

type AppProps = {
  client: Client;
  host: string;
  stage: ReadonlySignal<Stage>;
  nowMs: ReadonlySignal<number>;
  invitation: OpenInvitation;
};

/** The whole page: sign-in, chat, or the wait for the server. */
export function App({ client, host, stage, nowMs, invitation }: AppProps) {
  const current = stage.value;
  switch (current.name) {
    case 'starting':
      return null;
    case 'unreachable':
      return (
        <div class="login">
          <main>
            <p class="login-lead" role="status">
              {current.reason} Trying again…
            </p>
          </main>
        </div>
      );
    case 'signed-out':
      return <Login client={client} host={host} nowMs={nowMs} invitation={invitation} />;
    case 'signed-in':
      return <Shell page={current.page} />;
  }
}
