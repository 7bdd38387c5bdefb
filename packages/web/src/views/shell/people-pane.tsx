import { nickColor, type Person } from '@banter/client';
import { isolatedText } from '../../text/bidi.ts';
import { isAhead } from '../../text/duration.ts';
import { agoText, visibleName } from '../../text/format.ts';
import { roomLabel } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** The people of the open room: online, then away and offline. */
export function PeoplePane() {
  const { clientState, view, self } = usePage();
  const room = view.room.value;
  if (room === null) return null;
  const people = clientState.people(room.id);
  const online = people.filter((person) => person.state === 'online');
  const others = people.filter((person) => person.state !== 'online');
  const isLive = clientState.connection().state.name === 'live';
  return (
    <aside
      class={['people', view.isPeopleToggled.value && 'open', !isLive && 'stale'].filter(Boolean).join(' ')}
      id="people"
      aria-label={`People in ${roomLabel(room, self.id)}`}
    >
      <ul aria-label="Online">
        {online.map((person) => (
          <PersonRow key={person.userId} person={person} />
        ))}
      </ul>
      <ul aria-label="Away and offline">
        {others.map((person) => (
          <PersonRow key={person.userId} person={person} />
        ))}
      </ul>
    </aside>
  );
}

/** A person with at most one visible word beside the name, because the pane is narrow. */
function PersonRow({ person }: { person: Person }) {
  const { client, self, clientState, nowMs } = usePage();
  const now = client.serverNow();
  // The mark goes when the mute ends.
  if (isAhead(person.mutedUntil, now)) void nowMs.value;
  const isSelf = person.userId === self.id;
  const isOnline = person.state === 'online';
  const name = visibleName(person.username);
  const nickClass = isSelf ? 'nick-own' : `nick-${nickColor(person.username)}`;
  const marks = marksOf(person, clientState.isIgnored(person.userId), now);
  return (
    <li class={isOnline ? nickClass : person.state} title={aboutPerson(person, now)}>
      <span class={isOnline ? 'dot' : 'dot hollow'} />
      <bdi>{name}</bdi>
      {isSelf && <span class={marks === '' ? 'you' : 'unseen'}>you</span>}
      {marks !== '' && <span class="you">{marks}</span>}
    </li>
  );
}

/** The word beside a name. Not everybody can tell states by colour. */
function marksOf({ state, mutedUntil }: Person, isIgnored: boolean, now: number): string {
  if (isIgnored) return 'ignored';
  if (isAhead(mutedUntil, now)) return 'muted';
  return state === 'away' ? 'away' : '';
}

function aboutPerson(person: Person, now: number): string {
  const { username, displayName, role, state, awayMessage, lastSeenAt } = person;
  const facts = [
    displayName === undefined
      ? visibleName(username)
      : `${visibleName(username)} (${isolatedText(visibleName(displayName))})`,
    role === 'member' ? '' : role,
    state,
    isolatedText(awayMessage ?? ''),
    state === 'offline' && lastSeenAt !== undefined ? `last seen ${agoText(lastSeenAt, now)}` : '',
  ];
  return facts.filter(Boolean).join(', ');
}
