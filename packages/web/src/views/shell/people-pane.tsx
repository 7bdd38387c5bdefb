import { nickColor, type Person } from '@banter/client';
import { agoText, visibleName } from '../../text/format.ts';
import { roomLabel } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** Who belongs to the room: those here first, then those away and those who are gone. */
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
  const { self, session } = usePage();
  const isSelf = person.userId === self.id;
  const isHere = person.state === 'online';
  const name = visibleName(person.username);
  const look = isSelf ? 'nick-own' : `nick-${nickColor(person.username)}`;
  const marks = marksOf(person, session.isIgnored(person.userId));
  return (
    <li class={isHere ? look : person.state} title={aboutPerson(person)}>
      <span class={isHere ? 'dot' : 'dot hollow'} />
      <bdi>{name}</bdi>
      {isSelf && <span class="you">you</span>}
      {marks !== '' && <span class="you">{marks}</span>}
    </li>
  );
}

/** What is beside a name: a word, since a colour alone says nothing to many. */
function marksOf({ state, mutedUntil }: Person, isIgnored: boolean): string {
  if (isIgnored) return 'ignored';
  if (mutedUntil !== undefined && Date.parse(mutedUntil) > Date.now()) return 'muted';
  return state === 'away' ? 'away' : '';
}

function aboutPerson(person: Person): string {
  const { username, displayName, role, state, awayMessage, lastSeenAt } = person;
  const facts = [
    displayName === undefined
      ? visibleName(username)
      : `${visibleName(username)} (${visibleName(displayName)})`,
    role === 'member' ? '' : role,
    STATES[state],
    awayMessage ?? '',
    state === 'offline' && lastSeenAt !== undefined ? `last here ${agoText(lastSeenAt)}` : '',
  ];
  return facts.filter(Boolean).join(', ');
}

const STATES: Record<Person['state'], string> = { online: 'here', away: 'away', offline: 'not here' };
