import type { Client } from '@banter/client';
import type { ReadonlySignal } from '@preact/signals';
import type { OpenInvitation } from './page/invitation.ts';
import type { Page } from './page/page.ts';
import { Shell } from './views/shell/shell.tsx';
import { Login } from './views/sign/login.tsx';

/** `starting`: it is not known yet who is here. `unreachable`: the server does not answer, and is asked again. */
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

/** The whole page. */
export function App({ client, host, stage, nowMs, invitation }: AppProps) {
  const now = stage.value;
  switch (now.name) {
    case 'starting':
      return null;
    case 'unreachable':
      return (
        <main class="login">
          <p class="login-lead" role="status">
            {now.reason} Trying again…
          </p>
        </main>
      );
    case 'signed-out':
      return <Login client={client} host={host} nowMs={nowMs} invitation={invitation} />;
    case 'signed-in':
      return <Shell page={now.page} />;
  }
}
