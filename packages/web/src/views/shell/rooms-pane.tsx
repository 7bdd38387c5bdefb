import type { Room } from '@banter/protocol';
import { printLocal } from '../../page/local-lines.ts';
import type { Dialog } from '../../page/view.ts';
import { mentionCount, shortCount } from '../../text/format.ts';
import { addressOf } from '../../text/room-address.ts';
import { roomLabel } from '../../text/room-title.ts';
import { lazy } from '../lazy.tsx';
import { usePage } from '../use-page.ts';

const RequestRows = lazy(() => import('./request-rows.tsx').then((module) => module.RequestRows));

/** Covers the page beside an open drawer of rooms or people. A tap closes the drawer. */
export function DrawerShade() {
  const { view } = usePage();
  const open = view.isDrawerOpen.value ? view.isDrawerOpen : view.isPeopleToggled;
  if (!open.value) return null;
  const close = () => {
    open.value = false;
  };
  const what = open === view.isDrawerOpen ? 'rooms' : 'people';
  return <button type="button" class="shade" aria-label={`close ${what}`} onClick={close} />;
}

type PanelEntry = { sign: string; name: string; dialog: Dialog; isForAdmins?: true };

/** The buttons below the rooms. */
const PANELS: readonly PanelEntry[] = [
  { sign: '+', name: 'join or create', dialog: { name: 'join', filter: '' } },
  { sign: '/', name: 'search', dialog: { name: 'search', query: '' } },
  { sign: '@', name: 'account', dialog: { name: 'account', section: 'profile' } },
  { sign: '$', name: 'administration', dialog: { name: 'admin', section: 'accounts' }, isForAdmins: true },
  { sign: '?', name: 'help', dialog: { name: 'help' } },
];

/** The reader's rooms with their numbers, and buttons for the panels. */
export function RoomsPane() {
  const page = usePage();
  const { clientState, view, self } = page;
  const requestsFailed = () => printLocal(page, 'Reload the page to see who asks you in.', true);
  const openId = view.room.value?.id;
  const numbered = clientState.rooms().map((room, index) => ({ room, number: index + 1 }));
  const named = numbered.filter(({ room }) => room.kind !== 'direct');
  const direct = numbered.filter(({ room }) => room.kind === 'direct');
  return (
    <nav class={view.isDrawerOpen.value ? 'rooms open' : 'rooms'} id="rooms" aria-label="Rooms">
      <RoomSection name="rooms" rows={named} openId={openId} />
      {direct.length > 0 && <RoomSection name="direct" rows={direct} openId={openId} />}
      {clientState.requests().length > 0 && <RequestRows failed={requestsFailed} />}
      {view.isLost.value && <LostRow />}
      <ul>
        {PANELS.map(
          ({ sign, name, dialog, isForAdmins }) =>
            (!isForAdmins || self.admin) && (
              <li key={name}>
                <PanelButton sign={sign} name={name} dialog={dialog} />
              </li>
            ),
        )}
      </ul>
    </nav>
  );
}

type Numbered = { room: Room; number: number };

function RoomSection({ name, rows, openId }: { name: string; rows: Numbered[]; openId: number | undefined }) {
  return (
    <>
      <h2>{name}</h2>
      <ul aria-label={name}>
        {rows.map(({ room, number }) => (
          <RoomRow key={room.id} room={room} number={number} isOpen={room.id === openId} />
        ))}
      </ul>
    </>
  );
}

function RoomRow({ room, number, isOpen }: { room: Room; number: number; isOpen: boolean }) {
  const { view, mounted, self, clientState } = usePage();
  const label = roomLabel(room, self.id);
  const open = (event: MouseEvent) => {
    // The browser opens another tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    view.openRoom(room.id);
    mounted.composer?.focus();
  };
  return (
    <li>
      <a
        class={roomClass(room)}
        href={addressOf(room, clientState.rooms(), self.id)}
        aria-current={isOpen ? 'page' : undefined}
        onClick={open}
      >
        <span class="number" aria-hidden="true">
          {number}
        </span>
        <span class="name" title={label}>
          {label}
        </span>
        <span class="count">
          <span aria-hidden="true">{countText(room)}</span>
          <span class="unseen">{countLabel(room)}</span>
        </span>
      </a>
    </li>
  );
}

/** The open room that the reader is no longer in. It has no number, and is gone once another room is open. */
function LostRow() {
  const { view, self } = usePage();
  const { value: room } = view.room;
  if (room === null) return null;
  const label = roomLabel(room, self.id);
  return (
    <p class="room-row lost">
      <span class="name" title={label}>
        {label}
      </span>
      <span class="count">left</span>
    </p>
  );
}

function PanelButton({ sign, name, dialog }: Omit<PanelEntry, 'isForAdmins'>) {
  const { view } = usePage();
  const onClick = () => {
    view.isDrawerOpen.value = false;
    view.dialog.value = dialog;
  };
  return (
    <button type="button" class="room-row" onClick={onClick}>
      <span class="number" aria-hidden="true">
        {sign}
      </span>
      <span class="name">{name}</span>
    </button>
  );
}

function roomClass(room: Room): string {
  if (room.archivedAt !== undefined) return 'room-row archived';
  if (room.mentions > 0) return 'room-row mention';
  return room.unread > 0 ? 'room-row unread' : 'room-row';
}

function countText(room: Room): string {
  if (room.archivedAt !== undefined) return 'arch';
  if (room.mentions > 0) return `!${shortCount(room.mentions)}`;
  return room.unread > 0 ? shortCount(room.unread) : '';
}

function countLabel(room: Room): string {
  if (room.archivedAt !== undefined) return 'archived';
  if (room.unread === 0) return '';
  return room.mentions > 0
    ? `${mentionCount(room.mentions)}, ${room.unread} unread`
    : `${room.unread} unread`;
}
