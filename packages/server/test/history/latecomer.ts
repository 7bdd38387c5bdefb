/** A person who connects at the end of a run, without any events, and reads every room from the start. */

import { isRoomEvent, RESUME_MAX_EVENTS } from '@banter/protocol';
import type { Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { openSocket } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';
import { type History, hashOf } from './record.ts';
import type { FinalState } from './state.ts';

/** Reads as this person on a new socket until all rooms are live, or until it times out, and records the events. */
export async function readAsLatecomer(
  host: Host,
  { user, token }: Person,
  state: FinalState,
  history: History,
  timeoutMs: number,
): Promise<void> {
  const on = { userId: user.id, connection: `${user.username}#late` };
  const cursors = [...state.values()].map(({ roomId, lastSeq }) => ({
    roomId,
    after: Math.max(0, lastSeq - RESUME_MAX_EVENTS),
  }));
  history.record({ kind: 'connected', ...on });
  for (const { roomId, after } of cursors) history.record({ kind: 'asked', ...on, roomId, after });
  const socket = await openSocket(host);
  socket.send({ op: 'hello', token, rooms: cursors });
  const lives = () => socket.events.filter(({ type }) => type === 'live').length;
  // The checks report a latecomer who does not get everything.
  await until('the latecomer is live', () => lives() >= cursors.length, timeoutMs).catch(() => undefined);
  socket.ws.terminate();
  for (const event of socket.events) {
    if (event.type === 'live')
      history.record({ kind: 'live', ...on, roomId: event.roomId, head: event.head });
    if (!isRoomEvent(event)) continue;
    const { roomId, seq, type, userId: by } = event;
    const target = 'target' in event ? event.target : null;
    const [id, hash] = event.type === 'message' ? [event.id, hashOf(event.content ?? '')] : [null, null];
    history.record({ kind: 'received', ...on, roomId, seq, type, by, target, id, hash });
  }
}
