import type { Room } from '@banter/protocol';
import { withoutOverrides } from '../../text/bidi.ts';
import { distinctName } from '../../text/room-title.ts';
import type { RoomChoice } from './room-choices.ts';

type RoomChoiceRowProps = {
  choice: RoomChoice;
  isSelected: boolean;
  choose: () => void;
  leave: (room: Room) => void;
};

/** One room of the panel "join or create". A room that the reader is in can be left. */
export function RoomChoiceRow({ choice, isSelected, choose, leave }: RoomChoiceRowProps) {
  return (
    <li class={isSelected ? 'choice selected' : 'choice'}>
      <button
        type="button"
        class="choice-main"
        aria-current={isSelected ? 'true' : undefined}
        onClick={choose}
      >
        {choice.kind === 'create' ? (
          <span class="dim">create #{choice.name}</span>
        ) : (
          <RoomSummary choice={choice} />
        )}
      </button>
      {choice.kind === 'open' && (
        <button
          type="button"
          class="word"
          aria-label={`leave #${distinctName(choice.room)}`}
          onClick={() => leave(choice.room)}
        >
          leave
        </button>
      )}
    </li>
  );
}

function RoomSummary({ choice }: { choice: Exclude<RoomChoice, { kind: 'create' }> }) {
  const { topic, members } = choice.room;
  return (
    <>
      <span>
        {choice.kind} #{distinctName(choice.room)}
      </span>
      <span class="about">
        <bdi>{withoutOverrides(topic)}</bdi>
      </span>
      <span class="size">{members === 1 ? '1 person' : `${members} people`}</span>
    </>
  );
}
