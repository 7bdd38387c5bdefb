/** The actions of the keymap. */
import type { Room } from '@banter/protocol';
import { cancelComposing, editLast } from '../page/message-actions.ts';
import { isTouch, type Page } from '../page/page.ts';
import type { ActionName, Binding } from './keymap.ts';

/** On a page this narrow, the people pane covers the log. On a wider one it has a column. */
const PEOPLE_OVERLAY = '(max-width: 1099px)';

/** Runs the action of a binding. False when there was nothing to do: then the browser handles the key. */
export function runAction(page: Page, binding: Binding): boolean {
  return ACTIONS[binding.action](page, binding) !== false;
}

type Action = (page: Page, binding: Binding) => boolean;

const ACTIONS: Record<ActionName, Action> = {
  send: (page) => {
    // A touch keyboard has no Shift+Enter, but the page has a send button.
    if (isTouch()) return false;
    page.mounted.composer?.pressEnter();
    return true;
  },
  'send-all': always(({ mounted }) => mounted.composer?.send()),
  newline: always(({ mounted }) => mounted.composer?.newline()),
  'history-older': ({ mounted }) => mounted.composer?.walkHistory('older') ?? false,
  'history-newer': ({ mounted }) => mounted.composer?.walkHistory('newer') ?? false,
  'complete-next': ({ mounted }) => mounted.composer?.complete(1) ?? false,
  'complete-previous': ({ mounted }) => mounted.composer?.complete(-1) ?? false,
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
  'room-number': always((page, { number = 0 }) => open(page, page.clientState.rooms()[number - 1])),
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

/** An action that always consumes its key. */
function always(run: (page: Page, binding: Binding) => unknown): Action {
  return (page, binding) => {
    run(page, binding);
    return true;
  };
}

/** Esc closes or cancels one thing. It never deletes text. */
function stepBack(page: Page): void {
  const { view, mounted } = page;
  if (view.isDrawerOpen.value) view.isDrawerOpen.value = false;
  else if (view.isPeopleToggled.value && matchMedia(PEOPLE_OVERLAY).matches)
    view.isPeopleToggled.value = false;
  else if (cancelComposing(page)) return;
  else if (mounted.composer?.stopHistory() === true) return;
  else if (mounted.log?.isAtEnd === false) mounted.log.toEnd();
  else if (view.isLost.peek()) view.closeRoom(view.roomId.peek());
  else if (mounted.composer?.isEmpty === true) mounted.log?.clearUnread();
}

/** Opens the menu of the focused message. In one that could not be sent, focuses the first of its buttons. */
function openMenu({ mounted, view }: Page): boolean {
  const row = mounted.log?.cursor.row ?? null;
  if (row === null) return mounted.log?.cursor.enter() ?? false;
  view.dialog.value = { name: 'message', roomId: view.roomId.peek(), row };
  return true;
}

/** In each pane, the element that gets the focus. */
const PANES = ['.rooms a[aria-current], .rooms button', '.log', '.people', '.composer textarea'];

/** Focuses the next (1) or previous (-1) visible pane. */
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
  // The people pane has nothing to press. Not every browser lets such a pane have the focus.
  if (next.tabIndex < 0) next.tabIndex = 0;
  next.focus();
}

function openNeighbour(page: Page, step: 1 | -1): void {
  const rooms = page.clientState.rooms();
  const index = rooms.findIndex((room) => room.id === page.view.room.peek()?.id);
  open(page, rooms[(index + step + rooms.length) % rooms.length]);
}

/** Opens the next room with a mention, or else with unread messages. Without one, ends the tour. */
function openActive(page: Page): void {
  const { view, clientState } = page;
  const rooms = clientState.rooms();
  const index = rooms.findIndex((room) => room.id === view.room.peek()?.id);
  const following = [...rooms.slice(index + 1), ...rooms.slice(0, Math.max(0, index))];
  const next = following.find((room) => room.mentions > 0) ?? following.find((room) => room.unread > 0);
  if (next !== undefined) view.activeTourFrom.value ??= view.room.peek()?.id ?? null;
  open(page, next ?? startOfTour(page));
}

/** Ends the tour and returns the room where it began. */
function startOfTour({ view, client }: Page): Room | undefined {
  const roomId = view.activeTourFrom.value;
  view.activeTourFrom.value = null;
  return client.rooms.find((room) => room.id === roomId);
}

function open({ view }: Page, room: Room | undefined): void {
  if (room !== undefined) view.openRoom(room.id);
}
