/** A subscription's part of its room: the events that it still needs, and the heads that were not reported to its client. */
import type { Subscription } from './connection.ts';
import type { FrameRun } from './frame-run.ts';

/** A subscription's part of a run: the shared frame, or one of its own. `isFenced`: its last event removes the person [A3]. */
export type Share = { frame: Buffer; lastSeq: number; isFenced: boolean };

/** Returns a run's events above the subscription's position, up to one that removes its person [A3]; null for none. */
export function shareOf({ connection, joinedSeq, position }: Subscription, run: FrameRun): Share | null {
  if (position >= run.lastSeq) return null;
  const { userId, link } = connection;
  const fence = run.fences.find(
    ({ seq, fencedUserId }) => fencedUserId === userId && seq > joinedSeq && seq > position,
  );
  const lastSeq = fence?.seq ?? run.lastSeq;
  const isWhole = lastSeq === run.lastSeq && position < run.firstSeq;
  const frame = isWhole ? run.frameFor(link.wire) : run.framePart(position, lastSeq, link.wire);
  return { frame, lastSeq, isFenced: fence !== undefined };
}

/** Returns the heads that changed since the last call, by room id; null for none. */
export function collectNewHeads(subscriptions: Iterable<Subscription>): Record<string, number> | null {
  let heads: Record<string, number> | null = null;
  for (const subscription of subscriptions) {
    const { id, head } = subscription.room;
    if (head === null || head === subscription.reportedHead) continue;
    subscription.reportedHead = head;
    heads ??= {};
    heads[id] = head;
  }
  return heads;
}
