import type { Room } from '@banter/protocol';
import { mayModerate } from '../../page/message-actions.ts';
import { mentionCount } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { ReportsButton } from './reports-button.tsx';

/** The top bar: the server, the room with its topic, how many people. */
export function TopBars() {
  return (
    <>
      <HostBar />
      <TopicBar />
      <CountBar />
    </>
  );
}

function HostBar() {
  return <div class="host-bar">{usePage().host}</div>;
}

function TopicBar() {
  const { view, self } = usePage();
  const room = view.room.value;
  return (
    <header class="topic-bar">
      <RoomsButton />
      <h1>{room === null ? 'no room' : roomTitle(room, self.id)}</h1>
      {room !== null && <RoomMarks room={room} />}
      <span class="topic" title={room?.topic}>
        <bdi>{room?.topic}</bdi>
      </span>
      {room !== null && mayModerate({ self }, room) && <ReportsButton roomId={room.id} />}
      <PeopleButton />
    </header>
  );
}

/** What kind of room it is, where that is worth knowing. */
function RoomMarks({ room }: { room: Room }) {
  const marks = [room.kind === 'closed' && 'closed', room.archivedAt !== undefined && 'archived'].filter(
    Boolean,
  );
  return marks.length === 0 ? null : <span class="room-marks">{marks.join(', ')}</span>;
}

function CountBar() {
  const { session, view } = usePage();
  const room = view.room.value;
  if (room === null) return <div class="count-bar" />;
  const people = session.people(room.id);
  const here = people.filter((person) => person.state === 'online').length;
  return <div class="count-bar">{people.length === 0 ? '' : `${here} of ${people.length} here`}</div>;
}

/** Opens the drawer of rooms on a phone; tells what waits in the others. */
function RoomsButton() {
  const { session, view } = usePage();
  const others = session.rooms().filter((room) => room.id !== view.room.value?.id);
  const mentions = others.reduce((sum, room) => sum + room.mentions, 0);
  const unread = others.filter((room) => room.unread > 0 && room.mentions === 0).length;
  const toggle = () => {
    view.isDrawerOpen.value = !view.isDrawerOpen.value;
    view.isPeopleToggled.value = false;
  };
  return (
    <button
      type="button"
      class="rooms-button"
      aria-expanded={view.isDrawerOpen.value}
      aria-controls="rooms"
      aria-label={`Rooms, ${mentionCount(mentions)}, ${unread} unread`}
      onClick={toggle}
    >
      rooms{mentions > 0 && <span class="mentions"> !{mentions}</span>}
      {unread > 0 && ` +${unread}`}
    </button>
  );
}

/** Opens the list of people on a phone; its dot tells whether the page is connected. */
function PeopleButton() {
  const { session, view } = usePage();
  const room = view.room.value;
  if (room === null) return null;
  const isLive = session.connection().state.name === 'live';
  const toggle = () => {
    view.isPeopleToggled.value = !view.isPeopleToggled.value;
    view.isDrawerOpen.value = false;
  };
  return (
    <button
      type="button"
      class="people-button"
      aria-expanded={view.isPeopleToggled.value}
      aria-controls="people"
      aria-label={`People, ${room.members}`}
      onClick={toggle}
    >
      <span class={isLive ? 'dot' : 'dot hollow'} />
      {room.members}
    </button>
  );
}
