import type { Room } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { problemText } from '../../page/client-state.ts';
import { ROOM_NAME_HINT } from '../../text/name-rules.ts';
import { usePage } from '../use-page.ts';
import { Panel } from './panel.tsx';
import { PanelNote } from './panel-note.tsx';
import { type RoomChoice, roomChoices } from './room-choices.ts';

/** Rooms one can join, open, leave or create, filtered by typing. */
export function JoinPanel({ filter, close }: { filter: string; close: () => void }) {
  const { client } = usePage();
  const rooms = useSignal<readonly Room[]>([]);
  const typed = useSignal(filter);
  const selected = useSignal(0);
  const isLoaded = useSignal(false);
  const note = useSignal<{ text: string; isWrong: boolean }>({ text: '', isWrong: false });
  const load = () =>
    client.api.rooms().then(
      (list) => {
        rooms.value = list;
        isLoaded.value = true;
      },
      (error: unknown) => {
        note.value = { text: problemText(error), isWrong: true };
      },
    );
  useEffect(() => void load(), [client]);

  const choices = roomChoices(rooms.value, typed.value);
  const at = Math.min(selected.value, Math.max(0, choices.length - 1));
  const take = useTaking(note, close);
  const leave = useLeaving(note, load);

  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = choices[at];
    if (event.key === 'ArrowDown') selected.value = Math.min(at + 1, choices.length - 1);
    else if (event.key === 'ArrowUp') selected.value = Math.max(at - 1, 0);
    else if (event.key === 'Enter' && chosen !== undefined) void take(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Panel title="join or create a room" close={close}>
      <Filter typed={typed} onKeyDown={onKeyDown} onInput={() => (selected.value = 0)} />
      <ul class="choices" id="choices" aria-label="Rooms">
        {choices.map((choice, index) => (
          <ChoiceRow
            key={choiceKey(choice)}
            choice={choice}
            isSelected={index === at}
            take={() => void take(choice)}
            leave={leave}
          />
        ))}
      </ul>
      <PanelNote isWrong={note.value.isWrong}>
        {note.value.text || (choices.length === 0 && isLoaded.value ? emptyText(typed.value) : '')}
      </PanelNote>
    </Panel>
  );
}

function Filter(props: {
  typed: Signal<string>;
  onKeyDown: (event: KeyboardEvent) => void;
  onInput: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const onInput = () => {
    props.typed.value = field.current?.value ?? '';
    props.onInput();
  };
  return (
    <div class="filter">
      <label for="room-filter">room</label>
      <input
        id="room-filter"
        ref={field}
        data-focus
        value={props.typed.value}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-controls="choices"
        placeholder="name"
        onInput={onInput}
        onKeyDown={props.onKeyDown}
      />
    </div>
  );
}

function ChoiceRow(props: {
  choice: RoomChoice;
  isSelected: boolean;
  take: () => void;
  leave: (room: Room) => void;
}) {
  const { choice, isSelected, take, leave } = props;
  return (
    <li class={isSelected ? 'choice selected' : 'choice'}>
      <button type="button" class="choice-main" aria-current={isSelected ? 'true' : undefined} onClick={take}>
        {choice.kind === 'create' ? (
          <span class="dim">create #{choice.name}</span>
        ) : (
          <AboutRoom choice={choice} />
        )}
      </button>
      {choice.kind === 'open' && (
        <button
          type="button"
          class="word"
          aria-label={`leave #${choice.room.name}`}
          onClick={() => leave(choice.room)}
        >
          leave
        </button>
      )}
    </li>
  );
}

function AboutRoom({ choice }: { choice: Exclude<RoomChoice, { kind: 'create' }> }) {
  const { name, topic, members } = choice.room;
  return (
    <>
      <span>
        {choice.kind} #{name}
      </span>
      <span class="about">
        <bdi>{topic}</bdi>
      </span>
      <span class="size">{members === 1 ? '1 person' : `${members} people`}</span>
    </>
  );
}

/** Why there is nothing to choose. */
function emptyText(typed: string): string {
  if (typed.trim() === '') return 'There is no room yet. Type a name to create one.';
  return `No such room. A room's name has ${ROOM_NAME_HINT}.`;
}

type Note = Signal<{ text: string; isWrong: boolean }>;

/** Does what a choice says, opens the room and closes the panel; or tells why not. */
function useTaking(note: Note, close: () => void): (choice: RoomChoice) => Promise<void> {
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

function useLeaving(note: Note, reload: () => Promise<void>): (room: Room) => void {
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

function choiceKey(choice: RoomChoice): string {
  return choice.kind === 'create' ? 'create' : String(choice.room.id);
}
