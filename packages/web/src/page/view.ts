/** What this page shows: the open room, dialogs, folded panes, local lines. Lives as long as a person is signed in. */
import type { Room } from '@banter/protocol';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type ComposingByRoom, createComposing } from '../input/composing.ts';
import type { NewBelow } from '../log/below-counter.ts';
import type { LocalLine, MessageRow } from '../log/rows.ts';
import type { Session } from './client-state.ts';
import type { KeyValueStorage } from './storage.ts';

export type AccountSection = 'profile' | 'password' | 'sessions' | 'tokens' | 'deletion';
export type AdminSection = 'accounts' | 'invitations' | 'audit';

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
  | { name: 'message'; roomId: number; row: MessageRow };

export type View = {
  /** The room in sight: the one opened last, if the person is (still) in it, else the first; null without rooms. */
  room: ReadonlySignal<Room | null>;
  /** Its id, which unlike its counts changes only with the room; 0 without rooms. */
  roomId: ReadonlySignal<number>;
  /** Whether the reader wants to hear nothing of who comes and goes in it. */
  hidesJoins: ReadonlySignal<boolean>;
  openRoom(roomId: number): void;
  /** Opens a room at one of its messages. */
  openMessage(roomId: number, seq: number): void;
  /** The message to go to, until the log has gone there. */
  target: Signal<{ roomId: number; seq: number } | null>;
  dialog: Signal<Dialog>;
  isDrawerOpen: Signal<boolean>;
  isPeopleToggled: Signal<boolean>;
  below: Signal<NewBelow>;
  composing: ComposingByRoom;
  /** The room from which one set out through the active ones; null while one does not. */
  activeTourFrom: Signal<number | null>;
  /** Lines that only this page shows; 0 stands for no room. */
  localLines(roomId: number): readonly LocalLine[];
  addLocalLine(roomId: number, line: Omit<LocalLine, 'key'>): void;
  clearLocalLines(roomId: number): void;
};

const ROOM_KEY = 'banter.room';

/** `storage` remembers the open room for the next visit. */
export function createView(session: Session, storage: KeyValueStorage): View {
  const wantedId = signal(Number(storage.getItem(ROOM_KEY) ?? 0));
  const lines = signal<ReadonlyMap<number, readonly LocalLine[]>>(new Map());
  const dialog = signal<Dialog>({ name: 'none' });
  const isDrawerOpen = signal(false);
  let lineCount = 0;

  const setLines = (roomId: number, next: readonly LocalLine[]) => {
    lines.value = new Map(lines.value).set(roomId, next);
  };
  const localLines = (roomId: number) => lines.value.get(roomId) ?? [];
  const room = computed(() => {
    const rooms = session.rooms();
    return rooms.find((each) => each.id === wantedId.value) ?? rooms[0] ?? null;
  });
  const openRoom = (roomId: number) => {
    wantedId.value = roomId;
    isDrawerOpen.value = false;
    storage.setItem(ROOM_KEY, String(roomId));
  };
  const target: View['target'] = signal(null);
  return {
    room,
    roomId: computed(() => room.value?.id ?? 0),
    hidesJoins: computed(() => room.value?.hideJoins === true),
    openRoom,
    openMessage(roomId, seq) {
      target.value = { roomId, seq };
      openRoom(roomId);
    },
    target,
    dialog,
    isDrawerOpen,
    isPeopleToggled: signal(false),
    below: signal({ count: 0, hasMention: false }),
    composing: createComposing(),
    activeTourFrom: signal(null),
    localLines,
    addLocalLine(roomId, line) {
      lineCount++;
      setLines(roomId, [...localLines(roomId), { ...line, key: `local:${lineCount}` }]);
    },
    clearLocalLines: (roomId) => setLines(roomId, []),
  };
}
