import { useEffect, useLayoutEffect } from 'preact/hooks';
import { warmCommands } from '../../commands/commands.ts';
import { listenToKeys } from '../../keys/keys.ts';
import { followAddress } from '../../page/address.ts';
import { printLocal } from '../../page/local-lines.ts';
import { followNamesakes } from '../../page/names/namesakes.ts';
import type { Page } from '../../page/page.ts';
import { followRemovals } from '../../page/removals.ts';
import { followTab } from '../../page/tab.ts';
import { lazy } from '../lazy.tsx';
import { PageContext, usePage } from '../use-page.ts';
import { TopBars } from './bars.tsx';
import { ComposerForm, RoomState } from './composer-form.tsx';
import { LogArea } from './log-area.tsx';
import { PeoplePane } from './people-pane.tsx';
import { DrawerShade, RoomsPane } from './rooms-pane.tsx';
import { StatusBar } from './status-bar.tsx';

/** The page of the signed-in person. */
export function Shell({ page }: { page: Page }) {
  // Before the rooms are loaded, so that no other room is shown first.
  useLayoutEffect(() => followAddress(page), [page]);
  useEffect(() => listenToKeys(page), [page]);
  useEffect(() => followTab(page), [page]);
  useEffect(() => followRemovals(page), [page]);
  useEffect(() => followNamesakes(page), [page]);
  useEffect(() => page.delay(warmPanels, WARM_AFTER_MS), [page]);
  return (
    <PageContext.Provider value={page}>
      <div class={classOf(page)}>
        <TopBars />
        <RoomsPane />
        <DrawerShade />
        <LogArea />
        <PeoplePane />
        <StatusBar />
        <ComposerForm />
        <OpenDialog />
      </div>
    </PageContext.Provider>
  );
}

function classOf({ view }: Page): string {
  return ['app', view.isPeopleToggled.value && 'people-folded', view.isLost.value && 'lost']
    .filter(Boolean)
    .join(' ');
}

const SwitcherPanel = lazy(() =>
  import('../panels/switcher-panel.tsx').then((module) => module.SwitcherPanel),
);
const JoinPanel = lazy(() => import('../panels/join-panel.tsx').then((module) => module.JoinPanel));
const SessionEnded = lazy(() => import('../sign-in/session-ended.tsx').then((module) => module.SessionEnded));
const HelpPanel = lazy(() => import('../panels/help-panel.tsx').then((module) => module.HelpPanel));
const SearchPanel = lazy(() => import('../search/search-panel.tsx').then((module) => module.SearchPanel));
const MessageMenu = lazy(() => import('../messages/message-menu.tsx').then((module) => module.MessageMenu));
const AccountPanel = lazy(() => import('../account/account-panel.tsx').then((module) => module.AccountPanel));
const ReportsPanel = lazy(() => import('../reports/reports-panel.tsx').then((module) => module.ReportsPanel));
const InvitationPanel = lazy(() =>
  import('../panels/invitation-panel.tsx').then((module) => module.InvitationPanel),
);
const ConfirmPanel = lazy(() => import('../panels/confirm-panel.tsx').then((module) => module.ConfirmPanel));
const AdminPanel = lazy(() => import('../admin/admin-panel.tsx').then((module) => module.AdminPanel));

/** Panels that a key opens, and the one for a lost session. They are loaded early, so that the next keys go to them. */
const WARMED = [SwitcherPanel, JoinPanel, SearchPanel, MessageMenu, HelpPanel, SessionEnded, RoomState];
const WARM_AFTER_MS = 1_000;

function warmPanels(): void {
  for (const panel of WARMED) panel.warm();
  warmCommands();
}

/** The open panel, or the sign-in when the session has ended. */
function OpenDialog() {
  const page = usePage();
  const { view, clientState, mounted } = page;
  const isEnded = clientState.connection().state.name === 'ended';
  const dialog = view.dialog.value;
  const close = () => {
    view.dialog.value = { name: 'none' };
    mounted.heldKeys = [];
  };
  const failed = () => {
    close();
    printLocal(page, "Couldn't load this panel. Try again, or reload the page.", true);
  };
  if (isEnded) {
    // The form of a sign-in takes no keys that were meant for another panel.
    mounted.heldKeys = [];
    return <SessionEnded failed={failed} />;
  }
  const exits = { close, failed };
  switch (dialog.name) {
    case 'none':
      return null;
    case 'help':
      return <HelpPanel {...exits} />;
    case 'search':
      return <SearchPanel query={dialog.query} {...exits} />;
    case 'account':
      return <AccountPanel section={dialog.section} {...exits} />;
    case 'admin':
      return <AdminPanel section={dialog.section} {...exits} />;
    case 'invitation':
      return <InvitationPanel url={dialog.url} expiresAt={dialog.expiresAt} {...exits} />;
    case 'reports':
      return <ReportsPanel key={dialog.roomId} roomId={dialog.roomId} {...exits} />;
    case 'switcher':
      return <SwitcherPanel {...exits} />;
    case 'message':
      return <MessageMenu roomId={dialog.roomId} row={dialog.row} {...exits} />;
    case 'confirm': {
      const { question, action, answer } = dialog;
      const declined = () => {
        answer(false);
        failed();
      };
      return <ConfirmPanel key={question} {...{ question, action, answer, close }} failed={declined} />;
    }
    case 'join':
      return <JoinPanel filter={dialog.filter} {...exits} />;
  }
}
