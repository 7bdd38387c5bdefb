import { PAGE_MAX, type Room } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ROOM_NAME_RULE } from '../../text/name-rules.ts';
import { problemText } from '../../text/problem.ts';
import { distinctName } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { FilterField } from './filter-field.tsx';
import { Panel } from './panel.tsx';
import { PanelNote } from './panel-note.tsx';
import { RoomChoiceRow } from './room-choice-row.tsx';
import { type RoomChoice, roomChoices } from './room-choices.ts';
import { useSelection } from './use-selection.ts';

type Note = { text: string; isWrong: boolean };

/** Rooms to join, open, leave or create, filtered by typing. */
export function JoinPanel({ filter, close }: { filter: string; close: () => void }) {
  const note = useSignal<Note>({ text: '', isWrong: false });
  const typed = useSignal(filter);
  const { rooms, isPartial, load } = useRooms(note, typed.value);
  const choices = roomChoices(rooms.value ?? [], typed.value);
  const selection = useSelection(choices.length);
  const choose = useChoose(note, close);
  const leave = useLeave(note, load);
  const chooseAt = (index: number) => {
    const chosen = choices[index];
    if (chosen !== undefined) void choose(chosen);
  };
  return (
    <Panel title="join or create a room" close={close}>
      <FilterField
        id="room-filter"
        label="room"
        controls="choices"
        placeholder="name or topic"
        text={typed}
        selection={selection}
        choose={chooseAt}
      />
      <ul class="choices" id="choices" aria-label="Rooms">
        {choices.map((choice, index) => (
          <RoomChoiceRow
            key={choice.kind === 'create' ? 'create' : choice.room.id}
            choice={choice}
            isSelected={index === selection.index}
            choose={() => void choose(choice)}
            leave={leave}
          />
        ))}
      </ul>
      <PanelNote isWrong={note.value.isWrong}>
        {note.value.text ||
          (choices.length === 0 && rooms.value !== null ? emptyText(typed.value) : '') ||
          (isPartial.value ? 'There are more rooms: type the beginning of a name.' : '')}
      </PanelNote>
    </Panel>
  );
}

/** The text for a list without choices. */
function emptyText(typed: string): string {
  return typed.trim() === '' ? 'No rooms yet. Type a name to create one.' : `No match. ${ROOM_NAME_RULE}`;
}

/** How long to wait after a key before the server is asked for more rooms. */
const TYPING_PAUSE_MS = 150;

/**
 * The rooms that the reader can see; null until they are loaded. There may be more than one page: then those whose name
 * begins with the typed text are loaded too.
 */
function useRooms(note: Signal<Note>, typed: string) {
  const { client } = usePage();
  const rooms = useSignal<readonly Room[] | null>(null);
  const isPartial = useSignal(false);
  const load = async (q: string) => {
    try {
      const page = await client.api.rooms({ archived: true, limit: PAGE_MAX, ...(q === '' ? {} : { q }) });
      const older = q === '' ? [] : (rooms.value ?? []);
      const fresh = new Set(page.rooms.map(({ id }) => id));
      rooms.value = [...page.rooms, ...older.filter(({ id }) => !fresh.has(id))];
      if (q === '') isPartial.value = page.cursor !== undefined;
    } catch (error) {
      note.value = { text: problemText(error), isWrong: true };
    }
  };
  const q = typed.trim().replace(/^#/, '');
  useEffect(() => void load(''), [client]);
  useEffect(() => {
    if (!isPartial.value || q === '') return;
    const timer = setTimeout(() => void load(q), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [q, isPartial.value]);
  return { rooms, isPartial, load: () => load('') };
}

/** Creates, joins or opens a room and closes the panel. A failure is shown in the panel. */
function useChoose(note: Signal<Note>, close: () => void): (choice: RoomChoice) => Promise<void> {
  const { client, view } = usePage();
  return async (choice) => {
    try {
      if (choice.kind === 'create') view.openRoom((await client.createRoom({ name: choice.name })).id);
      else if (choice.kind === 'join') view.openRoom((await client.joinRoom(choice.room.id)).id);
      else view.openRoom(choice.room.id);
      close();
    } catch (error) {
      note.value = { text: problemText(error), isWrong: true };
    }
  };
}

function useLeave(note: Signal<Note>, reload: () => Promise<void>): (room: Room) => void {
  const { client, view } = usePage();
  return (room) => {
    client.leaveRoom(room.id).then(
      () => {
        view.closeRoom(room.id);
        note.value = { text: `You left #${distinctName(room)}.`, isWrong: false };
        return reload();
      },
      (error: unknown) => {
        note.value = { text: problemText(error), isWrong: true };
      },
    );
  };
}
