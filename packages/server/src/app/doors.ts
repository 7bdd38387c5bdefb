/** The doors: HTTP and both WebSockets on one port, and what they share. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { ERROR_STATUSES, type User } from '@banter/protocol';
import { ConnectionLimits } from '../doors/connection-limits.ts';
import { HttpConnections } from '../doors/http-connections.ts';
import { createTrustCheck, remoteAddressOf } from '../doors/peer.ts';
import { SocketCounts } from '../doors/socket-counts.ts';
import { Watch } from '../doors/watch.ts';
import { declineUpgrade } from '../http/connections/decline-upgrade.ts';
import { createHttpServer } from '../http/connections/server.ts';
import { UnsentAnswers } from '../http/connections/unsent-answers.ts';
import { createHttpDoor } from '../http/door.ts';
import type { RequestLine } from '../http/middleware.ts';
import { loadPage } from '../http/page.ts';
import type { ServerFacts } from '../http/route.ts';
import type { Log } from '../log.ts';
import { METRICS_TYPE, type Readings } from '../metrics/metrics.ts';
import { SocketDoor } from '../ws/door.ts';
import type { Core } from './core.ts';
import type { AppDeps } from './deps.ts';
import { peerChecks } from './peer-checks.ts';
import { Readiness } from './readiness.ts';

/** The doors, ready to listen. */
export type Doors = {
  server: Server;
  watch: Watch;
  unsent: UnsentAnswers;
  readiness: Readiness;
  socketDoor: SocketDoor;
  /** Rejects new sockets, and reports the server as not ready. */
  stopAccepting(): void;
};

/**
 * Builds the doors on the core. The port stays closed.
 * @param descriptors how many the process may have open.
 * @throws Error if the page's files cannot be read.
 */
export async function openDoors(deps: AppDeps, core: Core, descriptors: number): Promise<Doors> {
  const { clock, log, pageDir } = deps;
  const readiness = new Readiness({ ping: () => core.vitalDatabase.ping(), clock });
  await readiness.check();
  const shared = shareAmongDoors(deps, core, descriptors);
  const { watch, connectionLimits } = shared;
  const unsent = new UnsentAnswers(clock, (address) => connectionLimits.recordFlood(address));
  const handleRequest = createHttpDoor({
    ...shared,
    ...httpReports(deps, core, watch),
    identify(request) {
      const peer = shared.identify(request);
      unsent.attribute(request.socket, peer.address);
      return peer;
    },
    files: await loadPage(pageDir),
    facts: factsOf(deps, core, readiness),
  });
  const socketDoor = new SocketDoor({
    ...shared,
    onUpgrade(line) {
      core.metrics.recordResponse(line.status);
      log.info(line, 'upgrade');
    },
  });
  const server = createHttpServer(handleRequest, { ...shared, unsent }, deps.httpLimits);
  connect(server, { unsent, socketDoor, httpConnections: shared.httpConnections, log });
  const stopAccepting = () => {
    readiness.beginStop();
    socketDoor.stopAccepting();
  };
  return { server, watch, unsent, readiness, socketDoor, stopAccepting };
}

/** Creates what both doors use. */
function shareAmongDoors(
  { config, clock, log, newId = newRequestId }: AppDeps,
  { chat, hub }: Core,
  descriptors: number,
) {
  const isBanned = (address: string) => chat.addressBans.isBanned(address);
  const watch = new Watch(clock, Math.random, (link) => chat.presence.renew(link), isBanned);
  const connectionLimits = new ConnectionLimits({
    limits: chat.limits,
    descriptors,
    isTrusted: createTrustCheck(config.trustedProxies),
    isLimited: config.rates !== null,
  });
  const httpConnections = new HttpConnections(connectionLimits);
  chat.addressBans.whenChanged(() => {
    watch.closeBanned();
    httpConnections.cut(isBanned);
  });
  return {
    chat,
    hub,
    watch,
    connectionLimits,
    httpConnections,
    socketCounts: new SocketCounts(config.rates !== null),
    clock,
    ...peerChecks({ config, log, newId }),
    onFailure: (error: unknown, requestId: string | undefined) =>
      log.error({ err: error, requestId }, 'a request failed'),
  };
}

/** The log and the metrics of the HTTP door. */
function httpReports({ log }: AppDeps, core: Core, watch: Watch) {
  const { metrics } = core;
  return {
    metrics: { type: METRICS_TYPE, render: () => metrics.render(readingsOf(core, watch)) },
    onRequest(line: RequestLine) {
      metrics.recordResponse(line.status);
      log.info(line, 'request');
    },
    onFirstAccount: ({ username }: User) =>
      log.warn({ username }, 'the first account was registered: it is the administrator of this server'),
    onRefused(address: string, isNews: boolean) {
      metrics.recordResponse(ERROR_STATUSES.rate_limited);
      if (isNews)
        log.warn({ address }, 'an address sends many failing requests: they are refused, and not logged');
    },
  };
}

function factsOf({ config }: AppDeps, { chat }: Core, readiness: Readiness): ServerFacts {
  return {
    name: config.publicUrl ? new URL(config.publicUrl).host : null,
    registration: config.registration,
    whyNotReady: () => readiness.whyNot(),
    isDiskLow: () => chat.space.isLow,
  };
}

type ServerParts = Pick<Doors, 'unsent' | 'socketDoor'> & { httpConnections: HttpConnections; log: Log };

/** Connects the server's events to the doors. */
function connect(server: Server, { unsent, socketDoor, httpConnections, log }: ServerParts): void {
  server.on('connection', (socket) => httpConnections.add(socket, remoteAddressOf(socket)));
  server.on('upgrade', (request, socket, head) => {
    // An answer on its way would be mixed with the first frames.
    if (unsent.isBusy(request.socket)) socket.destroy();
    else if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      httpConnections.release(socket);
      socketDoor.upgrade(request, socket, head);
    } else declineUpgrade(server, request, socket, head);
  });
  // Such as running out of descriptors: it costs this connection, not the server.
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'));
}

function readingsOf({ hub, appender, chat, queue }: Core, watch: Watch): Readings {
  const { subscriptions, rooms } = hub.counts();
  return {
    sockets: watch.size,
    subscriptions,
    rooms,
    online: chat.presence.count(),
    isDiskLow: chat.space.isLow,
    queues: {
      statements: queue.counts(),
      passwordChecks: chat.passwords.counts(),
      searches: chat.search.counts(),
    },
    appenderDepth: appender.depth(),
    fanOutWrites: hub.writes,
    residentBytes: process.memoryUsage.rss(),
  };
}

/**
 * Each socket keeps its request's id. Node builds a UUID of 14 strings, which would all stay in memory; this is one.
 */
function newRequestId(): string {
  return randomBytes(16).toString('hex');
}
