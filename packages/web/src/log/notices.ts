/** Texts for events in a room that are not messages. Runs of joins or leaves share one line. Pure. */
import type { NoticeEntry } from '@banter/client';
import { isolatedText } from '../text/bidi.ts';
import { clockTime, listNames, momentText, visibleName } from '../text/format.ts';

type NoticeEvent = NoticeEntry['event'];

/** Whether two neighbouring events share a line: both joins or both leaves. */
export function isSameRun(first: NoticeEvent, second: NoticeEvent): boolean {
  return first.type === second.type && (first.type === 'join' || first.type === 'leave');
}

/**
 * The line for a run of like events, often just one: `ann, ben and 3 others joined (09:30)`, with the time of the last.
 * @param wasAdded whether a `role` event certainly added its person. Without that, the text also fits a lowered role.
 */
export function noticeText(run: readonly NoticeEvent[], wasAdded = false): string {
  const last = run.at(-1);
  if (last === undefined) return '';
  const names = [...new Set(run.map((event) => visibleName(event.username)))];
  return `${sentence(last, listNames(names), wasAdded)} (${clockTime(last.at)})`;
}

function sentence(event: NoticeEvent, who: string, wasAdded: boolean): string {
  const target = 'targetUsername' in event ? visibleName(event.targetUsername) : '';
  switch (event.type) {
    case 'join':
      return `${who} joined`;
    case 'leave':
      return `${who} left`;
    case 'kick':
      return `${who} removed ${target}${reasonText(event)}`;
    case 'role':
      if (event.role === 'member' && wasAdded) return `${who} added ${target}`;
      return `${who} made ${target} ${event.role === 'owner' ? 'an' : 'a'} ${event.role}`;
    case 'topic':
      return event.topic === ''
        ? `${who} cleared the topic`
        : `${who} set the topic: ${isolatedText(event.topic)}`;
    case 'ban':
      return `${who} banned ${target}${untilText(event)}${reasonText(event)}`;
    case 'unban':
      return `${who} unbanned ${target}`;
    case 'mute':
      return `${who} ${event.until === undefined ? 'unmuted' : 'muted'} ${target}${untilText(event)}`;
    case 'slow':
      return event.seconds === 0
        ? `${who} turned slow mode off`
        : `${who} set slow mode: one message every ${event.seconds} s`;
    case 'archive':
      return `${who} archived the room`;
    case 'restore':
      return `${who} restored the room`;
    case 'rename':
      return `${who} renamed the room to #${event.name}`;
  }
}

/** ` until 13:54`, with the date when it is another day; empty without an end. */
function untilText({ at, until }: { at: string; until?: string }): string {
  return until === undefined ? '' : ` until ${momentText(until, at)}`;
}

function reasonText({ reason }: { reason?: string }): string {
  return reason ? `: ${isolatedText(reason)}` : '';
}
