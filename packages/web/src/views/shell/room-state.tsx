import type { Person } from '@banter/client';
import type { Room } from '@banter/protocol';
import type { Page } from '../../page/page.ts';
import { durationText } from '../../text/duration.ts';
import { dayName, momentText } from '../../text/format.ts';
import { usePage } from '../use-page.ts';

/** Over the input: why nothing can be said here now, or only now and then, and until when. */
export function RoomState() {
  const page = usePage();
  const room = page.view.room.value;
  if (room === null) return null;
  const self = page.session.people(room.id).find(({ userId }) => userId === page.self.id);
  const text = archivedText(room) ?? mutedText(page, self) ?? slowText(page, room);
  if (text === null) return null;
  return (
    <p class="room-state" id="room-state">
      {text}
    </p>
  );
}

function archivedText({ archivedAt }: Room): string | null {
  if (archivedAt === undefined) return null;
  return `Archived on ${dayName(archivedAt)}: all of it can be read, and nothing can be said.`;
}

function mutedText({ nowMs }: Page, self: Person | undefined): string | null {
  if (self?.mutedUntil === undefined) return null;
  void nowMs.value;
  const leftMs = Date.parse(self.mutedUntil) - Date.now();
  if (leftMs <= 0) return null;
  return `You are muted here until ${momentText(self.mutedUntil, new Date().toISOString())}, for ${durationText(leftMs)}.`;
}

function slowText({ client, session, nowMs, self }: Page, room: Room): string | null {
  if (room.slowSeconds === undefined) return null;
  const rule = `Slow mode: one message every ${durationText(room.slowSeconds * 1_000)}`;
  if (room.role !== 'member') return `${rule} from members.`;
  void nowMs.value;
  void session.queuedCount();
  const last = client
    .timeline(room.id)
    .entries.findLast((entry) => entry.kind === 'message' && entry.message.userId === self.id);
  const lastAt = last?.kind === 'message' ? Date.parse(last.message.at) : 0;
  const leftMs = lastAt + room.slowSeconds * 1_000 - Date.now();
  return leftMs > 0 ? `${rule}; the next one in ${durationText(leftMs)}.` : `${rule}.`;
}
