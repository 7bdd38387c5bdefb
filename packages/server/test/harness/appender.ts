/** One lane of an appender on a scripted database, and the messages and answers of its tests. */

import { ChatError, type RoomEvent } from '@banter/protocol';
import { createAppender, type NewMessage } from '../../src/store/append/appender.ts';
import { ConnectionLostError, toStoreError } from '../../src/store/database/store-error.ts';
import { createManualClock } from './clock.ts';
import { settle } from './hub.ts';
import { createScriptedDatabase, type ScriptedCall } from './scripted-database.ts';

/** When everything is stored. */
export const AT = '2026-01-01T00:00:00.000Z';
/** The store was not reached: nothing was stored. */
export const AWAY = new ChatError('unavailable');
/** The line broke after the statement was sent. */
export const UNKNOWN = toStoreError(
  new ConnectionLostError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true),
);

/** `told`: what was published and what was answered, in one list. */
export function createLaneWorld() {
  const clock = createManualClock();
  const database = createScriptedDatabase();
  const told: string[] = [];
  const uncertain: number[] = [];
  const appender = createAppender({
    openDatabase: () => database,
    clock,
    lanes: 1,
    publish: (events: RoomEvent[]) => void told.push(...events.map(({ type, seq }) => `${type} ${seq}`)),
    onUncertain: (roomId) => void uncertain.push(roomId),
  });
  const note = (name: string) =>
    [
      (ok: { seq: number; duplicate?: boolean }) =>
        void told.push(`${name} ok ${ok.seq}${ok.duplicate ? ' again' : ''}`),
      (error: ChatError) => void told.push(`${name} ${error.code}`),
    ] as const;
  return {
    clock,
    database,
    told,
    uncertain,
    appender,
    send: (id: string, more: Partial<NewMessage> = {}, ticket?: Parameters<typeof appender.append>[1]) =>
      void appender.append(toMessage(id, more), ticket).then(...note(id)),
    /** The call under way, which is the last one. */
    async call(): Promise<ScriptedCall> {
      await settle();
      const call = database.calls.at(-1);
      if (!call) throw new Error('no statement is under way');
      return call;
    },
    /** Lets a pause of the lane pass. */
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
  };
}

/** A message to room 1, but for what is told. */
export function toMessage(id: string, more: Partial<NewMessage>): NewMessage {
  return { roomId: 1, userId: 2, username: 'ann', id, content: 'hi', ...more };
}

/** The messages that a statement is to store. */
export function idsOf({ params }: ScriptedCall): unknown {
  return params[2];
}

/** The store's answer to so many messages, numbered from `firstSeq` on. */
export function stored(firstSeq: number, count: number, outcome = 'stored') {
  return Array.from({ length: count }, (_, i) => ({ item: i + 1, outcome, seq: firstSeq + i, at: AT }));
}
