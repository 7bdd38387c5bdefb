/** What happened in a room besides messages, in words. Runs of joins or leaves become one line. Pure. */
import type { NoticeEntry } from '@banter/client';
import { clockTime, listNames, momentText, visibleName } from '../text/format.ts';

type NoticeEvent = NoticeEntry['event'];

/** Whether two neighbours are told in one line: both joins or both leaves. */
export function isSameRun(first: NoticeEvent, second: NoticeEvent): boolean {
  return first.type === second.type && (first.type === 'join' || first.type === 'leave');
}

/**
 * The line for a run of like notices (often just one): `ann, ben and 3 others joined (09:30)`.
 * The time is the last one's.
 */
export function noticeText(run: readonly NoticeEvent[]): string {
  const last = run.at(-1);
  if (last === undefined) return '';
  const names = [...new Set(run.map((event) => visibleName(event.username)))];
  return `${sentence(last, listNames(names))} (${clockTime(last.at)})`;
}

function sentence(event: NoticeEvent, who: string): string {
  switch (event.type) {
    case 'join':
      return `${who} joined`;
    case 'leave':
      return `${who} left`;
    case 'kick':
      return `${who} removed ${visibleName(event.targetUsername)}${event.reason ? `: ${event.reason}` : ''}`;
    case 'role':
      return `${who} made ${visibleName(event.targetUsername)} ${event.role === 'owner' ? 'an' : 'a'} ${event.role}`;
    case 'topic':
      return event.topic === '' ? `${who} cleared the topic` : `${who} set the topic: ${event.topic}`;
    case 'ban':
      return `${who} banned ${visibleName(event.targetUsername)}${end(event)}${event.reason ? `: ${event.reason}` : ''}`;
    case 'unban':
      return `${who} lifted the ban on ${visibleName(event.targetUsername)}`;
    case 'mute':
      return `${who} ${event.until === undefined ? 'unmuted' : 'muted'} ${visibleName(event.targetUsername)}${end(event)}`;
    case 'slow':
      return event.seconds === 0 ? `${who} ended slow mode` : `${who} set slow mode: ${event.seconds} s`;
    case 'archive':
      return `${who} archived the room`;
    case 'restore':
      return `${who} restored the room`;
    case 'rename':
      return `${who} renamed the room to #${event.name}`;
  }
}

/** Until when it holds, with the day where that is another one. */
function end({ at, until }: { at: string; until?: string }): string {
  if (until === undefined) return '';
  return ` until ${momentText(until, at)}`;
}
