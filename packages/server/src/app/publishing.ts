/** From the store's commit to people: the appender, the hub, and who must hear of what was stored. */
import { createPresence, type Presence } from '../chat/presence/presence.ts';
import { createSpeakingRights, type SpeakingRights } from '../chat/rooms/speaking-rights.ts';
import type { Clock } from '../clock.ts';
import { Hub } from '../hub/hub.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { type Appender, createAppender } from '../store/append/appender.ts';
import { createSearchIndex, type SearchIndex } from '../store/search/search-index.ts';
import type { Store } from '../store/store.ts';
import type { Databases } from './databases.ts';

export type Publishing = {
  hub: Hub;
  presence: Presence;
  appender: Appender;
  searchIndex: SearchIndex;
  voices: SpeakingRights;
  metrics: Metrics;
};

export type PublishingDeps = {
  databases: Databases;
  store: Store;
  clock: Clock;
  /** Told now and then how many events search has not seen yet. */
  onLag: (events: number) => void;
  onProblem: (error: unknown) => void;
};

/** Builds the parts and joins them: none knows another but by what it is given here. */
export function createPublishing({ databases, store, clock, onLag, onProblem }: PublishingDeps): Publishing {
  const hub: Hub = new Hub({
    readEvents: (roomId, after, limit) => store.events.listAfter(roomId, after, limit),
    clock,
    onConnection: (connection, isOpen) => presence.connectionChanged(connection, isOpen),
    onProblem,
  });
  const presence: Presence = createPresence({ ...store, hub, clock, onProblem });
  const metrics = createMetrics();
  const voices = createSpeakingRights(clock);
  const appender = createAppender({
    openDatabase: databases.openLane,
    clock,
    publish(events) {
      hub.publish(events);
      metrics.recordCommit(events);
      for (const event of events) {
        if (event.type === 'message') searchIndex.markBehind(event.roomId);
        else voices.record(event);
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
  return { hub, presence, appender, searchIndex, voices, metrics };
}
