/** The only wiring: creates the parts of a client and joins them. They know each other only through what they get here. */
import type { ServerEvent } from '@banter/protocol';
import { type ClientOptions, settingsOf } from '../options.ts';
import { type Access, createAccess } from './access.ts';
import { Changes } from './changes.ts';
import { Feed } from './feed.ts';
import { Identity } from './identity.ts';
import { createLinkParts, type LinkParts } from './link-parts.ts';
import { createRoomParts, type RoomParts } from './room-parts.ts';

/** All parts of one client. */
export type Parts = Access & RoomParts & LinkParts & { changes: Changes; identity: Identity };

/** Creates all parts. @throws TypeError when `baseUrl` is not a URL, or there is no WebSocket */
export function createParts(options: ClientOptions): Parts {
  const settings = settingsOf(options);
  const changes = new Changes();
  const access: Access = createAccess(settings, {
    onUser: (user) => identity.become(user),
    onEnded(reason) {
      if (access.session.user) link.connection.end(reason);
    },
  });
  const roomParts = createRoomParts({
    settings,
    access,
    changes,
    send: (command) => link.connection.send(command),
    apply: (event) => feed.apply(event),
    typingShownMs: () => link.greeter.typingShownMs,
    onRoundTrip: (ms) => link.latency.record(ms),
    onLinkUnusable: (needsNewToken) => link.connection.redial(needsNewToken),
  });
  const link = createLinkParts({ settings, access, changes, roomParts, onEvents: dispatch });
  const identity = new Identity({
    ...roomParts,
    storage: settings.storage,
    onChange: () => changes.notify({ kind: 'user' }),
    onSwitch: () => link.connection.redial(false),
  });
  const feed = createFeed(access, changes, roomParts, link);

  function dispatch(events: ServerEvent[]): void {
    changes.batch(() => {
      for (const event of events) feed.dispatch(event);
      roomParts.logs.flush();
    });
  }

  return { ...access, ...roomParts, ...link, changes, identity };
}

/** Creates the feed, which receives the events of the link. */
function createFeed(access: Access, changes: Changes, roomParts: RoomParts, link: LinkParts): Feed {
  const { ignored } = roomParts;
  return new Feed({
    ...roomParts,
    ownUserId: () => access.session.user?.id,
    onRemoved: (room, event) => changes.notify({ kind: 'removed', room, event }),
    onWelcome(event) {
      roomParts.requests.welcome(event.requests ?? 0);
      ignored.set(event.ignored ?? []);
      link.greeter.welcome(event);
    },
    onRequest: () => roomParts.requests.reload(),
    onReport: (roomId) => changes.notify({ kind: 'reports', roomId }),
    onRejected(id, error) {
      if (link.renewal.isOwn(id) && error.code === 'unauthenticated') link.connection.redial(true);
    },
  });
}
