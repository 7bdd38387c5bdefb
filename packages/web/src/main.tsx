/** The page's only wiring: the client, the clock, who is signed in. */
import { type Client, createClient } from '@banter/client';
import type { User } from '@banter/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';
import { render } from 'preact';
import { App, type Stage } from './app.tsx';
import { createDrafts } from './input/drafts.ts';
import { createAnnouncer } from './page/announcer.ts';
import { createSession, problemText } from './page/client-state.ts';
import { openInvitation } from './page/invitation.ts';
import type { Page } from './page/page.ts';
import './styles/tokens.css';
import './styles/reset.css';
import './styles/app.css';
import './styles/log.css';
import './styles/words.css';
import './styles/log-lines.css';
import './styles/composer.css';
import './styles/login.css';
import './styles/panel.css';
import './styles/panel-forms.css';
import './styles/panel-lists.css';
import './styles/message-menu.css';
import './styles/help.css';
import './styles/phone.css';
import './styles/phone-log.css';
import './styles/phone-forms.css';
import { createStorage, type KeyValueStorage } from './page/storage.ts';
import { createView } from './page/view.ts';

const CLOCK_EVERY_MS = 1_000;
/** A server that does not answer at the start is asked again after this time. */
const RESTORE_AGAIN_MS = 3_000;

function delay(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

function createPage(
  client: Client,
  self: User,
  storage: KeyValueStorage,
  nowMs: ReadonlySignal<number>,
): Page {
  const session = createSession(client, () => performance.now());
  const region = document.querySelector('#announcer');
  return {
    client,
    session,
    view: createView(session, storage),
    self,
    host: location.host,
    drafts: createDrafts(storage, self.id),
    announcer: createAnnouncer({
      say: (text) => {
        if (region !== null) region.textContent = text;
      },
      delay,
    }),
    mounted: { log: null, composer: null },
    nowMs,
    isMac: navigator.userAgent.includes('Mac OS X'),
    delay,
  };
}

/** Shows the page of whoever is signed in, now and after every sign-in and sign-out. */
function followUser(
  client: Client,
  pageFor: (user: User) => Page,
): { stage: ReadonlySignal<Stage>; restore(): void } {
  const stage = signal<Stage>({ name: 'starting' });
  const settle = () => {
    const { user } = client;
    const now = stage.peek();
    // The same person after a session's end goes on with the same page: drafts, scroll and queue stay.
    if (now.name === 'signed-in' && now.page.self.id === user?.id) return;
    if (now.name === 'signed-in') now.page.session.stop();
    stage.value = user === null ? { name: 'signed-out' } : { name: 'signed-in', page: pageFor(user) };
    if (user !== null) client.start();
  };
  const restore = () => {
    client.restore().then(settle, (error: unknown) => {
      stage.value = { name: 'unreachable', reason: problemText(error) };
      delay(restore, RESTORE_AGAIN_MS);
    });
  };
  client.onChange(({ kind }) => {
    if (kind === 'user' && stage.peek().name !== 'starting') settle();
  });
  return { stage, restore };
}

function start(root: Element): void {
  document.title = location.host;
  const storage = createStorage(() => localStorage);
  const client = createClient({ baseUrl: location.origin, storage });
  const nowMs = signal(performance.now());
  setInterval(() => {
    nowMs.value = performance.now();
  }, CLOCK_EVERY_MS);
  const invitation = openInvitation(client, new URL(location.href), () =>
    history.replaceState(null, '', '/'),
  );
  const { stage, restore } = followUser(client, (user) => {
    const page = createPage(client, user, storage, nowMs);
    void invitation.accept(page);
    return page;
  });
  restore();
  render(
    <App client={client} host={location.host} stage={stage} nowMs={nowMs} invitation={invitation} />,
    root,
  );
}

const root = document.querySelector('#page');
if (root === null) throw new Error('the page has no #page element');
start(root);
