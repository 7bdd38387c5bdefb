/** The parts that keep a link to the server, and the work that begins and ends with it. */
import type { Command, ServerEvent } from '@banter/protocol';
import { Renewal } from '../api/renewal.ts';
import type { Settings } from '../options.ts';
import { Connection } from '../wire/connection.ts';
import { Greeter } from '../wire/greeter.ts';
import { Latency } from '../wire/latency.ts';
import { createDial } from '../wire/link.ts';
import { diagnose } from '../wire/path-check.ts';
import type { Access } from './access.ts';
import type { Changes } from './changes.ts';
import type { RoomParts } from './room-parts.ts';

/** The response time is measured this long after the link is live: what the page shows first goes before it. */
const LATENCY_AFTER_MS = 1_000;

/** Everything that belongs to the connection. */
export type LinkParts = { connection: Connection; greeter: Greeter; latency: Latency; renewal: Renewal };

/** The other parts of a client, as far as the connection needs them. */
export type LinkPartsOptions = {
  settings: Settings;
  access: Access;
  changes: Changes;
  roomParts: RoomParts;
  /** Called with the events of one frame. */
  onEvents(events: ServerEvent[]): void;
};

/** Creates the parts and joins them. @throws TypeError when `baseUrl` is not a URL */
export function createLinkParts(options: LinkPartsOptions): LinkParts {
  const { settings, access, changes, roomParts, onEvents } = options;
  const { clock, random, newId } = settings;
  const { session, call } = access;
  const { following, cursors, outbox, marks, logs } = roomParts;
  const send = (command: Command) => connection.send(command);

  const greeter = new Greeter({ session, following, cursors });
  const renewal = new Renewal({ clock, random, newId, session, send });
  const latency = new Latency({
    clock,
    probe: () => call('GET', '/v1/health'),
    onChange: () => changes.notify({ kind: 'latency' }),
  });

  let cancelLatency = () => {};

  function begin(): void {
    outbox.connect(greeter.sendWindow);
    marks.sendAll();
    logs.catchUp();
    renewal.start();
    cancelLatency = clock.setTimer(() => latency.start(), LATENCY_AFTER_MS);
  }

  function end(): void {
    outbox.disconnect();
    renewal.stop();
    cancelLatency();
    latency.stop();
  }

  const connection: Connection = new Connection({
    clock,
    random,
    dial: createDial(settings.WebSocket, socketUrl(settings.baseUrl), clock),
    greet: (needsNewToken) => greeter.greet(needsNewToken),
    diagnose: () => diagnose(call),
    onEvents,
    onState(state) {
      changes.notify({ kind: 'connection' });
      if (state.name === 'live') begin();
      else end();
    },
  });
  return { connection, greeter, latency, renewal };
}

function socketUrl(baseUrl: string): string {
  const url = new URL('/v1/socket', baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
