import type { Room } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ROOM_NAME_RULE } from '../../text/name-rules.ts';
import { problemText } from '../../text/problem.ts';
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
  const { rooms, load } = useRooms(note);
  const typed = useSignal(filter);
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
        {note.value.text || (choices.length === 0 && rooms.value !== null ? emptyText(typed.value) : '')}
      </PanelNote>
    </Panel>
  );
}

/** The text for a list without choices. */
function emptyText(typed: string): string {
  return typed.trim() === '' ? 'No rooms yet. Type a name to create one.' : `No match. ${ROOM_NAME_RULE}`;
}

/** All rooms that the reader can see; null until they are loaded. */
function useRooms(note: Signal<Note>): { rooms: Signal<readonly Room[] | null>; load(): Promise<void> } {
  const { client } = usePage();
  const rooms = useSignal<readonly Room[] | null>(null);
  const load = () =>
    client.api.rooms().then(
      (list) => {
        rooms.value = list;
      },
      (error: unknown) => {
        note.value = { text: problemText(error), isWrong: true };
      },
    );
  useEffect(() => void load(), [client]);
  return { rooms, load };
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
  const { client } = usePage();
  return (room) => {
    client.leaveRoom(room.id).then(
      () => {
        note.value = { text: `You left #${room.name}.`, isWrong: false };
        return reload();
      },
      (error: unknown) => {
        note.value = { text: problemText(error), isWrong: true };
      },
    );
  };
}
