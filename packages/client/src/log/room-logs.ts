/** The logs of all rooms that somebody looks at or writes in; others cost nothing but their cursor. */
import type { MessagePage } from '@banter/protocol';
import type { PageQuery } from '../types/messages-api.ts';
import { createRoomLog, type RoomLog } from './room-log.ts';

export type LogsOptions = {
  ownUserId(): number | undefined;
  /** The seq up to which a room's events have been applied. */
  headOf(roomId: number): number | undefined;
  loadPage(roomId: number, query: PageQuery): Promise<MessagePage>;
  onOwnMessage(id: string): void;
};

export type Logs = {
  /** The log of a room, made when first asked for. */
  of(roomId: number): RoomLog;
  /** The log of a room if there is one. */
  find(roomId: number): RoomLog | undefined;
  flush(): void;
  /** Loads again what could not be loaded. */
  catchUp(): void;
  clear(): void;
};

/** No logs yet. */
export function createLogs({ ownUserId, headOf, loadPage, onOwnMessage }: LogsOptions): Logs {
  const logs = new Map<number, RoomLog>();

  function make(roomId: number): RoomLog {
    const head = headOf(roomId);
    const log = createRoomLog({
      roomId,
      head,
      ownUserId,
      loadPage: (query) => loadPage(roomId, query),
      onOwnMessage,
    });
    logs.set(roomId, log);
    return log;
  }

  return {
    of: (roomId) => logs.get(roomId) ?? make(roomId),
    find: (roomId) => logs.get(roomId),
    flush() {
      for (const log of logs.values()) log.flush();
    },
    catchUp() {
      for (const log of logs.values()) log.catchUp();
    },
    clear: () => logs.clear(),
  };
}
