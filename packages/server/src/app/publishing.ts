/** The way of an event from the store's commit to people: the appender, the hub, and the functions called after. */
import type { RoomEvent } from '@banter/protocol';
import type { OnProblem } from '../chat/periodic.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../hub/connection.ts';
import { Hub } from '../hub/hub.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { type Appender, createAppender } from '../store/append/appender.ts';
import { createEventStore } from '../store/events.ts';
import { createSearchIndex, type SearchIndex } from '../store/search/search-index.ts';
import type { Store } from '../store/store.ts';
import type { Databases } from './databases.ts';

/** The parts on that way. */
export type Publishing = { hub: Hub; appender: Appender; searchIndex: SearchIndex; metrics: Metrics };

/** The parts and functions that they are joined with. */
export type PublishingDeps = {
  databases: Databases;
  store: Store;
  clock: Clock;
  /** Called for each connection that opens or closes. */
  onConnection: (connection: Connection, isOpen: boolean) => void;
  /** Called for each committed event that is not a message. */
  onEvent: (event: RoomEvent) => void;
  /** Called now and then with the number of events that search has not indexed yet. */
  onLag: (events: number) => void;
  onProblem: OnProblem;
};

/** Builds the parts and joins them. They know each other only by the functions given here. */
export function createPublishing(deps: PublishingDeps): Publishing {
  const { databases, store, clock, onConnection, onEvent, onLag, onProblem } = deps;
  const pages = createEventStore(databases.callersDatabase);
  const hub = new Hub({
    readEvents: (roomId, after, limit) => store.events.listAfter(roomId, after, limit),
    readPage: (roomId, after, limit) => pages.listAfter(roomId, after, limit),
    inTurn: (spender, work) => databases.queue.run(spender, work),
    clock,
    onConnection,
    onProblem,
  });
  const metrics = createMetrics();
  const appender = createAppender({
    openDatabase: databases.openLane,
    clock,
    publish(events) {
      hub.publish(events);
      metrics.recordCommit(events);
      for (const event of events) {
        if (event.type === 'message') searchIndex.markBehind(event.roomId);
        else onEvent(event);
      }
    },
    onUncertain: (roomId) => hub.refresh(roomId),
  });
  const searchIndex = createSearchIndex({
    database: databases.openIndexer(),
    clock,
    isBusy: () => appender.depth() > 0,
    onLag,
    onProblem,
  });
  return { hub, appender, searchIndex, metrics };
}
