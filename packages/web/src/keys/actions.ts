/** What the keys do, by the names of the keymap. */
import type { Room } from '@banter/protocol';
import { cancelComposing, editLast } from '../page/message-actions.ts';
import type { Page } from '../page/page.ts';
import type { ActionName, Binding } from './keymap.ts';

/** Where the people lie over the log when they are shown; on a wider page they have a column. */
const PEOPLE_OVERLAY = '(max-width: 1099px)';

/** Runs the action of a binding. False: there was nothing to do, and the key is left to the browser. */
export function runAction(page: Page, binding: Binding): boolean {
  return ACTIONS[binding.action](page, binding) !== false;
}

type Action = (page: Page, binding: Binding) => boolean;

const ACTIONS: Record<ActionName, Action> = {
  send: (page) => {
    // A touch keyboard has no Shift+Enter, but the page has a send button.
    if (matchMedia('(pointer: coarse)').matches) return false;
    page.mounted.composer?.send();
    return true;
  },
  newline: always(({ mounted }) => mounted.composer?.newline()),
  'history-older': ({ mounted }) => mounted.composer?.walkHistory('older') ?? false,
  'history-newer': ({ mounted }) => mounted.composer?.walkHistory('newer') ?? false,
  'complete-next': ({ mounted }) => mounted.composer?.complete(1) ?? false,
  'complete-previous': ({ mounted }) => mounted.composer?.complete(-1) ?? false,
  // Ctrl+Up on nothing of one's own is nothing.
  'edit-last': always(editLast),
  'message-older': always(({ mounted }) => mounted.log?.cursor.move(-1)),
  'message-newer': always(({ mounted }) => mounted.log?.cursor.move(1)),
  'message-first': always(({ mounted }) => mounted.log?.cursor.jump('first')),
  'message-last': always(({ mounted }) => mounted.log?.cursor.jump('last')),
  'message-menu': openMenu,
  'pane-next': always(() => focusPane(1)),
  'pane-previous': always(() => focusPane(-1)),
  'room-previous': always((page) => openNeighbour(page, -1)),
  'room-next': always((page) => openNeighbour(page, 1)),
  'room-number': always((page, { number = 0 }) => open(page, page.session.rooms()[number - 1])),
  'room-active': always(openActive),
  'unread-line': always(({ mounted }) => mounted.log?.toUnread()),
  'page-up': always(({ mounted }) => mounted.log?.scrollPage(-1)),
  'page-down': always(({ mounted }) => mounted.log?.scrollPage(1)),
  oldest: always(({ mounted }) => mounted.log?.toOldest()),
  'live-end': always(({ mounted }) => mounted.log?.toEnd()),
  escape: always(stepBack),
  people: always(({ view }) => {
    view.isPeopleToggled.value = !view.isPeopleToggled.value;
  }),
  switcher: always(({ view }) => {
    view.dialog.value = { name: 'switcher' };
  }),
  search: always(({ view }) => {
    view.dialog.value = { name: 'search', query: '' };
  }),
  help: always(({ view }) => {
    view.dialog.value = { name: 'help' };
  }),
};

/** The key is taken, whatever comes of it. */
function always(run: (page: Page, binding: Binding) => unknown): Action {
  return (page, binding) => {
    run(page, binding);
    return true;
  };
}

/** Esc goes one step back, and never deletes what was typed. */
function stepBack(page: Page): void {
  const { view, mounted } = page;
  if (view.isDrawerOpen.value) view.isDrawerOpen.value = false;
  else if (view.isPeopleToggled.value && matchMedia(PEOPLE_OVERLAY).matches)
    view.isPeopleToggled.value = false;
  else if (cancelComposing(page)) return;
  else if (mounted.composer?.stopHistory() === true) return;
  else if (mounted.log?.isAtEnd === false) mounted.log.toEnd();
  else if (mounted.composer?.isEmpty === true) mounted.log?.clearUnread();
}

/** What can be done with the message that the keyboard stands on. */
function openMenu({ mounted, view }: Page): boolean {
  const row = mounted.log?.cursor.row ?? null;
  if (row !== null) view.dialog.value = { name: 'message', roomId: view.roomId.peek(), row };
  return row !== null;
}

/** The panes in their order, each by what takes the focus in it. */
const PANES = ['.rooms a[aria-current], .rooms button', '.log', '.people', '.composer textarea'];

/** Gives the next pane that is on the screen the focus. */
function focusPane(step: 1 | -1): void {
  const shown = PANES.flatMap((selector) => {
    const element = document.querySelector<HTMLElement>(selector);
    return element !== null && element.offsetParent !== null ? element : [];
  });
  const at = shown.findIndex((element) =>
    element.closest('nav, .log, aside, form')?.contains(document.activeElement),
  );
  const next = shown[(at + step + shown.length) % shown.length];
  if (next === undefined) return;
  // The people only scroll: not every browser gives such a pane the keyboard by itself.
  if (next.tabIndex < 0) next.tabIndex = 0;
  next.focus();
}

function openNeighbour(page: Page, step: 1 | -1): void {
  const rooms = page.session.rooms();
  const index = rooms.findIndex((room) => room.id === page.view.room.peek()?.id);
  open(page, rooms[(index + step + rooms.length) % rooms.length]);
}

/** The next room with a mention, else the next with something unread, in the order of the list after this one. */
function openActive(page: Page): void {
  const { view, session } = page;
  const rooms = session.rooms();
  const here = rooms.findIndex((room) => room.id === view.room.peek()?.id);
  const following = [...rooms.slice(here + 1), ...rooms.slice(0, Math.max(0, here))];
  const next = following.find((room) => room.mentions > 0) ?? following.find((room) => room.unread > 0);
  if (next !== undefined) view.activeTourFrom.value ??= view.room.peek()?.id ?? null;
  open(page, next ?? startOfTour(page));
}

/** Where the tour through active rooms began; it is over then. */
function startOfTour({ view, client }: Page): Room | undefined {
  const roomId = view.activeTourFrom.value;
  view.activeTourFrom.value = null;
  return client.rooms.find((room) => room.id === roomId);
}

function open({ view }: Page, room: Room | undefined): void {
  if (room !== undefined) view.openRoom(room.id);
}
