/** The page's own state: the open room, dialogs, drawers, local lines. Lasts as long as a person is signed in. */
import type { KeyValueStorage } from '@banter/client';
import type { Room } from '@banter/protocol';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type ComposingByRoom, createComposing } from '../input/composing.ts';
import { type Below, NOTHING_BELOW } from '../log/below-counter.ts';
import type { LocalLine, MessageRow } from '../log/row.ts';
import type { ClientState } from './client-state.ts';

/** The sections of the account panel. */
export type AccountSection = 'profile' | 'password' | 'sessions' | 'tokens' | 'deletion';
/** The sections of the administration panel. */
export type AdminSection = 'accounts' | 'invitations' | 'audit';

/** The open panel, with what it was opened for. */
export type Dialog =
  | { name: 'none' }
  | { name: 'help' }
  | { name: 'join'; filter: string }
  | { name: 'search'; query: string }
  | { name: 'switcher' }
  | { name: 'reports'; roomId: number }
  | { name: 'account'; section: AccountSection }
  | { name: 'admin'; section: AdminSection }
  /** `expiresAt`: ISO 8601. */
  | { name: 'invitation'; url: string; expiresAt: string }
  | { name: 'message'; roomId: number; row: MessageRow }
  /** `action` is the word of the button that agrees. `answer` is called once with the reader's choice. */
  | { name: 'confirm'; question: string; action: string; answer: (isYes: boolean) => void };

/** State as signals. Components that read it re-render when it changes. */
export type View = {
  /**
   * The open room: the one opened last, else the first one. It stays open when the person is no longer in it, because text
   * may be half written. Null without rooms.
   */
  room: ReadonlySignal<Room | null>;
  /** Whether the person is no longer in the open room: they were removed, or left it on another device. */
  isLost: ReadonlySignal<boolean>;
  /** The open room's id, which changes less often than its counts; 0 without rooms. */
  roomId: ReadonlySignal<number>;
  /** Whether the reader hides joins and leaves in the open room. */
  hidesJoins: ReadonlySignal<boolean>;
  /** Opens a room, and closes the drawer. */
  openRoom(roomId: number): void;
  /** Opens the first room in place of a room that the person left on purpose, if it is open. */
  closeRoom(roomId: number): void;
  /** Keeps the room that is open from now on, also if it was only the first one. */
  keepRoom(): void;
  /** Opens a room at one of its messages. */
  openMessage(roomId: number, seq: number): void;
  /** The message to scroll to; null once the log has scrolled there. */
  target: Signal<{ roomId: number; seq: number } | null>;
  dialog: Signal<Dialog>;
  isDrawerOpen: Signal<boolean>;
  /** Whether the people pane is hidden (on a wide page) or shown (on a narrow one). */
  isPeopleToggled: Signal<boolean>;
  /** The lines below the visible part of the log. */
  below: Signal<Below>;
  composing: ComposingByRoom;
  /** The room where the tour through active rooms began, and will end. Null while there is no tour. */
  activeTourFrom: Signal<number | null>;
  /** The lines that only this page shows. Room 0 means no room. */
  localLines(roomId: number): readonly LocalLine[];
  /** Adds a local line. */
  addLocalLine(roomId: number, line: Omit<LocalLine, 'key'>): void;
  /** Removes all local lines of a room. */
  clearLocalLines(roomId: number): void;
};

const ROOM_KEY = 'banter.room';

/** Creates the state after a sign-in. `storage` keeps the open room for the next visit. */
export function createView(clientState: ClientState, storage: KeyValueStorage): View {
  const openedId = signal(Number(storage.getItem(ROOM_KEY) ?? 0));
  const isDrawerOpen = signal(false);
  const target: View['target'] = signal(null);
  const room = openRoomOf(clientState, openedId);
  const isLost = computed(() => {
    const { value } = room;
    return value !== null && !clientState.rooms().some(({ id }) => id === value.id);
  });
  const openRoom = (roomId: number) => {
    openedId.value = roomId;
    isDrawerOpen.value = false;
    storage.setItem(ROOM_KEY, String(roomId));
  };
  const closeRoom = (roomId: number) => {
    if (room.peek()?.id !== roomId) return;
    const next = clientState.rooms().find(({ id }) => id !== roomId);
    openRoom(next?.id ?? 0);
  };
  return {
    room,
    isLost,
    closeRoom,
    keepRoom() {
      openedId.value = room.peek()?.id ?? openedId.peek();
    },
    roomId: computed(() => room.value?.id ?? 0),
    hidesJoins: computed(() => room.value?.hideJoins === true),
    openRoom,
    openMessage(roomId, seq) {
      target.value = { roomId, seq };
      openRoom(roomId);
    },
    target,
    dialog: signal<Dialog>({ name: 'none' }),
    isDrawerOpen,
    isPeopleToggled: signal(false),
    below: signal(NOTHING_BELOW),
    composing: createComposing(),
    activeTourFrom: signal(null),
    ...createLocalLines(),
  };
}

/** The room with the opened id, with its last known state when the person is no longer in it. */
function openRoomOf(clientState: ClientState, openedId: ReadonlySignal<number>): ReadonlySignal<Room | null> {
  let last: Room | null = null;
  return computed(() => {
    const id = openedId.value;
    const rooms = clientState.rooms();
    const found = rooms.find((each) => each.id === id);
    if (found !== undefined) last = found;
    else if (last?.id !== id) last = rooms[0] ?? null;
    else if (last.joined) last = formerRoom(last);
    return last;
  });
}

/** A room as a person sees it who is no longer in it: without a role and without counts. */
function formerRoom({ role: _, ...room }: Room): Room {
  return { ...room, joined: false, unread: 0, mentions: 0 };
}

function createLocalLines(): Pick<View, 'localLines' | 'addLocalLine' | 'clearLocalLines'> {
  const lines = signal<ReadonlyMap<number, readonly LocalLine[]>>(new Map());
  let lineCount = 0;
  const localLines = (roomId: number) => lines.value.get(roomId) ?? [];
  const setLines = (roomId: number, next: readonly LocalLine[]) => {
    lines.value = new Map(lines.value).set(roomId, next);
  };
  return {
    localLines,
    addLocalLine(roomId, line) {
      lineCount++;
      setLines(roomId, [...localLines(roomId), { ...line, key: `local:${lineCount}` }]);
    },
    clearLocalLines: (roomId) => setLines(roomId, []),
  };
}
