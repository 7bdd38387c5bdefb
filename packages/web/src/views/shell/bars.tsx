import type { Room } from '@banter/protocol';
import { mayModerate } from '../../page/message-actions.ts';
import { isolatedText, withoutOverrides } from '../../text/bidi.ts';
import { mentionCount } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { lazy } from '../lazy.tsx';
import { usePage } from '../use-page.ts';

/** For moderators only, so that others do not load it. */
/** The first messages are shown before the code of the button is loaded. */
const REPORTS_AFTER_MS = 500;

const ReportsButton = lazy(async () => {
  await new Promise((resolve) => setTimeout(resolve, REPORTS_AFTER_MS));
  return (await import('./reports-button.tsx')).ReportsButton;
});

/** The top bar: the server, the open room with its topic, and the number of people. */
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
      <span class="topic" title={isolatedText(room?.topic ?? '')}>
        <bdi>{withoutOverrides(room?.topic ?? '')}</bdi>
      </span>
      {room !== null && mayModerate({ self }, room) && (
        <ReportsButton roomId={room.id} failed={() => undefined} />
      )}
      <PeopleButton />
    </header>
  );
}

/** `invite-only` and `archived`, when they apply. */
function RoomMarks({ room }: { room: Room }) {
  const marks = [room.kind === 'closed' && 'invite-only', room.archivedAt !== undefined && 'archived'].filter(
    Boolean,
  );
  return marks.length === 0 ? null : <span class="room-marks">{marks.join(', ')}</span>;
}

function CountBar() {
  const { clientState, view } = usePage();
  const room = view.room.value;
  if (room === null) return <div class="count-bar" />;
  const people = clientState.people(room.id);
  const online = people.filter((person) => person.state === 'online').length;
  return <div class="count-bar">{people.length === 0 ? '' : `${online}/${people.length} online`}</div>;
}

/** Opens the drawer of rooms on a phone. Shows the mentions and the unread rooms besides the open one. */
function RoomsButton() {
  const { clientState, view } = usePage();
  const others = clientState.rooms().filter((room) => room.id !== view.room.value?.id);
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

/** Opens the list of people on a phone. Its dot shows whether the page is connected. */
function PeopleButton() {
  const { clientState, view } = usePage();
  const room = view.room.value;
  if (room === null) return null;
  const isLive = clientState.connection().state.name === 'live';
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
