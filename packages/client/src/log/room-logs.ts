/** The logs of the rooms that the person has opened or written in. Other rooms need only a cursor. */
import type { MessagePage } from '@banter/protocol';
import type { PageQuery } from '../types/messages-api.ts';
import { RoomLog } from './room-log.ts';

/** The parts and listener of RoomLogs. */
export type RoomLogsOptions = {
  /** Returns the id of the person signed in. */
  ownUserId(): number | undefined;
  /** Returns the seq up to which a room's events have been applied; undefined for a room that is not followed. */
  headOf(roomId: number): number | undefined;
  /** Loads a page of a room's history. */
  loadPage(roomId: number, query: PageQuery): Promise<MessagePage>;
  /** Called when a page contains a message that was still pending here. */
  onOwnMessage(id: string): void;
};

/** Owns the logs, by room. */
export class RoomLogs {
  readonly #options: RoomLogsOptions;
  readonly #logs = new Map<number, RoomLog>();

  constructor(options: RoomLogsOptions) {
    this.#options = options;
  }

  /** Returns the log of a room, and creates it if needed. */
  of(roomId: number): RoomLog {
    return this.#logs.get(roomId) ?? this.#create(roomId);
  }

  /** Returns the log of a room if it exists. */
  find(roomId: number): RoomLog | undefined {
    return this.#logs.get(roomId);
  }

  /** Shows in each log what arrived since the last flush. */
  flush(): void {
    for (const log of this.#logs.values()) log.flush();
  }

  /** Loads the newest page of each log whose earlier request failed. */
  catchUp(): void {
    for (const log of this.#logs.values()) log.catchUp();
  }

  /** Forgets all logs. */
  clear(): void {
    this.#logs.clear();
  }

  #create(roomId: number): RoomLog {
    const { ownUserId, headOf, loadPage, onOwnMessage } = this.#options;
    const log = new RoomLog({
      roomId,
      head: headOf(roomId),
      ownUserId,
      loadPage: (query) => loadPage(roomId, query),
      onOwnMessage,
    });
    this.#logs.set(roomId, log);
    return log;
  }
}
