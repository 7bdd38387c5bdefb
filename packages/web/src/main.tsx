/** The entry point: creates the client and the clock, and shows the page of the signed-in person. */
import { type Client, createClient, type KeyValueStorage } from '@banter/client';
import type { User } from '@banter/protocol';
import { type ReadonlySignal, signal } from '@preact/signals';
import { render } from 'preact';
import { App, type Stage } from './app.tsx';
import { createDrafts } from './input/drafts.ts';
import { createAnnouncer } from './page/announcer.ts';
import { createClientState } from './page/client-state.ts';
import { openInvitation } from './page/invitation.ts';
import { Directory } from './page/names/directory.ts';
import { onNextFrame } from './page/next-frame.ts';
import type { Page } from './page/page.ts';
import { createStorage } from './page/storage.ts';
import { createView } from './page/view.ts';
import { problemText } from './text/problem.ts';
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
import './styles/forced-colors.css';

const CLOCK_EVERY_MS = 1_000;
/** The pause between two attempts to restore the session. */
const RESTORE_EVERY_MS = 3_000;

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
  const clientState = createClientState(client, { nowMs: () => performance.now(), onNextFrame });
  const region = document.querySelector('#announcer');
  return {
    client,
    clientState,
    view: createView(clientState, storage),
    self,
    host: location.host,
    drafts: createDrafts(
      {
        shared: storage,
        own: createStorage(() => sessionStorage),
        newId: () => crypto.getRandomValues(new Uint32Array(2)).join('-'),
      },
      self.id,
    ),
    announcer: createAnnouncer({
      say: (text) => {
        if (region !== null) region.textContent = text;
      },
      delay,
    }),
    directory: new Directory({ find: client.api.findUsers, delay }),
    mounted: { log: null, composer: null, heldKeys: [] },
    nowMs,
    isMac: navigator.userAgent.includes('Mac OS X'),
    delay,
  };
}

/** Follows sign-ins and sign-outs. `restore` tries to restore the last session until the server answers. */
function followUser(
  client: Client,
  pageFor: (user: User) => Page,
): { stage: ReadonlySignal<Stage>; restore(): void } {
  const stage = signal<Stage>({ name: 'starting' });
  const settle = () => {
    const { user } = client;
    const current = stage.peek();
    // When the same person signs in again, the page stays with its drafts, scroll position and queue.
    if (current.name === 'signed-in' && current.page.self.id === user?.id) return;
    if (current.name === 'signed-in') current.page.clientState.stop();
    stage.value = user === null ? { name: 'signed-out' } : { name: 'signed-in', page: pageFor(user) };
    if (user !== null) client.start();
  };
  const restore = () => {
    client.restore().then(settle, (error: unknown) => {
      stage.value = { name: 'unreachable', reason: problemText(error) };
      delay(restore, RESTORE_EVERY_MS);
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
  // A browser that blocks cookies keeps the session until the page is reloaded.
  const refresh = navigator.cookieEnabled ? 'cookie' : 'body';
  const client = createClient({ baseUrl: location.origin, storage, refresh });
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
