import type { Client } from '@banter/client';
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { OpenInvitation } from './page/invitation.ts';
import type { Page } from './page/page.ts';
import { lazy } from './views/lazy.tsx';
import { Shell } from './views/shell/shell.tsx';

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

const Login = lazy(() => import('./views/sign-in/login.tsx').then((module) => module.Login));

/** The whole page: sign-in, chat, or the wait for the server. */
export function App({ client, host, stage, nowMs, invitation }: AppProps) {
  const current = stage.value;
  const isBroken = useSignal(false);
  const failed = () => {
    isBroken.value = true;
  };
  switch (current.name) {
    case 'starting':
      return null;
    case 'unreachable':
      return <Trouble text={`${current.reason} Trying again…`} />;
    case 'signed-out':
      if (isBroken.value) return <Trouble text="Couldn't load the sign-in form. Reload the page." />;
      return <Login {...{ client, host, nowMs, invitation, failed }} />;
    case 'signed-in':
      return <Shell page={current.page} />;
  }
}

/** The screen without a form and without a chat. */
function Trouble({ text }: { text: string }) {
  return (
    <div class="login">
      <main>
        <p class="login-lead" role="status">
          {text}
        </p>
      </main>
    </div>
  );
}
