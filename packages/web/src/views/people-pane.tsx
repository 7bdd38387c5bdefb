import { nickColor, type Person } from '@banter/client';
import { visibleName } from '../format.ts';
import { roomLabel } from '../room-title.ts';
import { usePage } from './use-page.ts';

/** Who belongs to the room: those here first, then those away. */
export function PeoplePane() {
  const { session, view, self } = usePage();
  const room = view.room.value;
  if (room === null) return null;
  const people = session.people(room.id);
  const here = people.filter((person) => person.state === 'online');
  const away = people.filter((person) => person.state !== 'online');
  const isLive = session.connection().state.name === 'live';
  return (
    <aside
      class={['people', view.isPeopleToggled.value && 'open', !isLive && 'stale'].filter(Boolean).join(' ')}
      id="people"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
      tabIndex={0}
      aria-label={`People in ${roomLabel(room, self.id)}`}
    >
      <ul aria-label="Here">
        {here.map((person) => (
          <PersonRow key={person.userId} person={person} />
        ))}
      </ul>
      <ul aria-label="Away">
        {away.map((person) => (
          <PersonRow key={person.userId} person={person} />
        ))}
      </ul>
    </aside>
  );
}

function PersonRow({ person }: { person: Person }) {
  const isSelf = person.userId === usePage().self.id;
  const isHere = person.state === 'online';
  const name = visibleName(person.username);
  const look = isSelf ? 'nick-own' : `nick-${nickColor(person.username)}`;
  return (
    <li class={isHere ? look : 'away'} title={`${name}, ${isHere ? 'here' : 'away'}`}>
      <span class={isHere ? 'dot' : 'dot hollow'} />
      <bdi>{name}</bdi>
      {isSelf && <span class="you">you</span>}
    </li>
  );
}
