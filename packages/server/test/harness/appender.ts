/** An appender with one lane on a scripted database, with helpers for messages and answers. */

import { ChatError, type RoomEvent } from '@banter/protocol';
import { createAppender, type NewMessage } from '../../src/store/append/appender.ts';
import { ConnectionLostError, toStoreError } from '../../src/store/database/store-error.ts';
import { createManualClock } from './clock.ts';
import { settle } from './hub.ts';
import { createScriptedDatabase, type ScriptedCall } from './scripted-database.ts';

/** The time of every stored message. */
export const AT = '2026-01-01T00:00:00.000Z';
/** The error when the store is unreachable: nothing was stored. */
export const AWAY = new ChatError('unavailable');
/** The error when the connection broke after the statement was sent. */
export const UNKNOWN = toStoreError(
  new ConnectionLostError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true),
);

/** Creates the appender. `told` lists published events and answers, in order. */
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
    /** Returns the latest statement. @throws Error before the first one. */
    async call(): Promise<ScriptedCall> {
      await settle();
      const call = database.calls.at(-1);
      if (!call) throw new Error('the appender has sent no statement');
      return call;
    },
    /** Advances the clock, so that a pause of the lane ends. */
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
  };
}

/** Returns a message to room 1, with the fields of `more` replaced. */
export function toMessage(id: string, more: Partial<NewMessage>): NewMessage {
  return { roomId: 1, userId: 2, username: 'ann', id, content: 'hi', ...more };
}

/** Returns the ids of the messages in a statement. */
export function idsOf({ params }: ScriptedCall): unknown[] {
  return [params[2]].flat();
}

/** Returns the store's answer to `count` messages, with seqs from `firstSeq` on. */
export function stored(firstSeq: number, count: number, outcome = 'stored') {
  return Array.from({ length: count }, (_, i) => ({ item: i + 1, outcome, seq: firstSeq + i, at: AT }));
}
