import type { Person } from '@banter/client';
import type { Room } from '@banter/protocol';
import { printFailure } from '../../page/local-lines.ts';
import type { Page } from '../../page/page.ts';
import { lostText } from '../../page/removals.ts';
import { durationText } from '../../text/duration.ts';
import { dayName, momentText } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** Above the input: why and until when the reader can't send messages here, or must wait between them. */
export function RoomState({ room }: { room: Room }) {
  const page = usePage();
  if (page.view.isLost.value) return <LostRoom room={room} />;
  const self = page.clientState.people(room.id).find(({ userId }) => userId === page.self.id);
  const text = archivedText(room) ?? mutedText(page, self) ?? slowText(page, room);
  if (text === null) return null;
  return (
    <p class="room-state" id="room-state">
      {text}
    </p>
  );
}

/** Why nothing can be sent to a room that the reader is no longer in, and the two ways on. */
function LostRoom({ room }: { room: Room }) {
  const page = usePage();
  const { client, view, mounted } = page;
  const title = roomTitle(room, page.self.id);
  const join = () => {
    void printFailure(page, `Couldn't join ${title}`, client.joinRoom(room.id));
    mounted.composer?.focus();
  };
  const leave = () => {
    view.closeRoom(room.id);
    mounted.composer?.focus();
  };
  return (
    <p class="room-state lost" id="room-state">
      {lostText(room.kind, title)}{' '}
      {room.kind === 'open' && (
        <>
          <button type="button" class="word" onClick={join}>
            join again
          </button>{' '}
        </>
      )}
      <button type="button" class="word" onClick={leave}>
        close
      </button>{' '}
      <span class="key" aria-hidden="true">
        Esc
      </span>
    </p>
  );
}

function archivedText({ archivedAt }: Room): string | null {
  return archivedAt === undefined ? null : `Archived on ${dayName(archivedAt)}: read-only.`;
}

function mutedText({ client, nowMs }: Page, self: Person | undefined): string | null {
  if (self?.mutedUntil === undefined) return null;
  void nowMs.value;
  const now = client.serverNow();
  const leftMs = Date.parse(self.mutedUntil) - now;
  if (leftMs <= 0) return null;
  const until = momentText(self.mutedUntil, new Date(now).toISOString());
  return `You're muted until ${until} (${durationText(leftMs)} left).`;
}

function slowText({ client, clientState, nowMs, self }: Page, room: Room): string | null {
  if (room.slowSeconds === undefined) return null;
  const wait = durationText(room.slowSeconds * 1_000);
  if (room.role !== 'member') return `Slow mode: members can send one message every ${wait}.`;
  const rule = `Slow mode: one message every ${wait}.`;
  void nowMs.value;
  void clientState.queuedCount();
  const last = client
    .timeline(room.id)
    .entries.findLast((entry) => entry.kind === 'message' && entry.message.userId === self.id);
  const lastAt = last?.kind === 'message' ? Date.parse(last.message.at) : 0;
  const leftMs = lastAt + room.slowSeconds * 1_000 - client.serverNow();
  return leftMs > 0 ? `${rule} Next in ${durationText(leftMs)}.` : rule;
}
