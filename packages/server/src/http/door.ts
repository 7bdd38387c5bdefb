/** The HTTP door: the API under /v1, /metrics and the page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Handler, Hono } from 'hono';
import type { Peer } from '../chat/caller.ts';
import { missingUpgrade, upgradeRequired } from '../doors/upgrade-required.ts';
import type { HttpEnv } from './context.ts';
import { createFollow, type FollowDeps } from './event-stream.ts';
import { FailingRequests } from './gate/failing-requests.ts';
import { Gate } from './gate/gate.ts';
import { RequestTurns } from './gate/request-turns.ts';
import { isLocal, type MetricsPage, serveMetrics } from './metrics-page.ts';
import {
  accessLog,
  countFailures,
  deadline,
  peerOf,
  type RequestLine,
  securityHeaders,
} from './middleware.ts';
import { mountRoutes } from './mount.ts';
import { describeApi } from './openapi.ts';
import { createPage, hasPage, type PageFile } from './page.ts';
import { answerProblem, notFound } from './problem.ts';
import type { RouteDeps } from './route.ts';
import { ROUTES } from './routes/routes.ts';

/** Everything the door needs from the app. */
export type HttpDoorDeps = FollowDeps &
  Omit<RouteDeps, 'describe' | 'follow'> & {
    /** Returns the client of a request. */
    identify: (request: IncomingMessage) => Peer;
    metrics: MetricsPage;
    /** The built page's files by URL path. */
    files: ReadonlyMap<string, PageFile>;
    /** Called once for each request, with its line for the access log. */
    onRequest: (line: RequestLine) => void;
    /** Called for each request for a socket's path that asked for no upgrade, with the reason in words. */
    onNoUpgrade: (request: IncomingMessage, reason: string) => void;
    /** Called for each request that was refused before the routes; `isNews` now and then, for the log. */
    onRefused: (address: string, isNews: boolean) => void;
    /** How long a request may take before it times out. 60 s by default. */
    requestTimeoutMs?: number;
  };

/** Everything the routes need. */
export type HttpAppDeps = Omit<HttpDoorDeps, 'onRefused'> & {
  /** Called with the address of each request that failed before anybody signed in. */
  onFailed: (address: string) => void;
};

/** The paths of the WebSocket door. */
const SOCKET_PATHS = ['/v1/socket', '/v1/rooms/:roomId/ws'];
const REQUEST_TIMEOUT_MS = 60_000;

/** Creates a request listener for Node's HTTP server. */
export function createHttpDoor(
  deps: HttpDoorDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { chat, files, clock, onRequest, onRefused, onFailure } = deps;
  const identify = remember(deps.identify);
  const failing = new FailingRequests({
    chat,
    routes: ROUTES,
    accessOutside(request, path) {
      if (path === '/metrics') return isLocal(request) ? 'public' : 'token';
      return hasPage(files, path) ? 'public' : null;
    },
  });
  const gate = new Gate({ failing, identify, clock, onRequest, onRefused, onFailure });
  const listener = listenerOf(createHttpApp({ ...deps, identify, onFailed: (at) => failing.record(at) }));
  const turns = new RequestTurns();
  return (request, response) =>
    gate.enter(request, response, () =>
      turns.start(request, response, identify(request).address, () => listener(request, response)),
    );
}

/** Identifies each request once. */
function remember(identify: (request: IncomingMessage) => Peer): (request: IncomingMessage) => Peer {
  const known = new WeakMap<IncomingMessage, Peer>();
  return (request) => {
    const peer = known.get(request) ?? identify(request);
    known.set(request, peer);
    return peer;
  };
}

/** Returns an app as a request listener. It lets a handler write its own response (`takeOver`). */
export function listenerOf(
  app: Pick<Hono<HttpEnv>, 'fetch'>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = getRequestListener(
    async (request, bindings) => {
      // The server speaks HTTP/1.1 only, so these are Node's own request and response.
      const env = bindings as HttpEnv['Bindings'];
      const response = await app.fetch(request, env);
      // A deadline or a fault may have replaced the handler's response with an error: send that.
      if (!env.takeOver || !response.ok) return response;
      env.outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
      env.takeOver(env.outgoing);
      return RESPONSE_ALREADY_SENT;
    },
    // The name for a request of HTTP/1.0 without a Host.
    { overrideGlobalObjects: false, hostname: 'localhost' },
  );
  return (request, response) => void listener(request, response);
}

/** Creates the routes with the middleware around them. Tests call this app without a server. */
export function createHttpApp(deps: HttpAppDeps): Hono<HttpEnv> {
  const { chat, facts, allowsOrigin, clock, files, onFailure } = deps;
  const app = new Hono<HttpEnv>();
  app.use(peerOf(deps.identify, deps.httpConnections));
  app.use(accessLog(clock, deps.onRequest));
  app.use(countFailures(deps.onFailed));
  app.use(securityHeaders());
  app.use(deadline(clock, deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS));
  app.onError(answerProblem(onFailure));
  app.notFound(notFound);
  app.route(
    '/v1',
    mountRoutes(ROUTES, {
      chat,
      facts,
      allowsOrigin,
      onFirstAccount: deps.onFirstAccount,
      describe: once(() => describeApi(ROUTES)),
      follow: createFollow(deps),
    }),
  );
  for (const path of SOCKET_PATHS) app.all(path, askForUpgrade(deps.onNoUpgrade));
  app.get('/metrics', serveMetrics(chat, deps.metrics));
  app.get('*', createPage(files));
  return app;
}

/** Answers a request for a socket's path that did not ask for one, or whose proxy dropped that. */
function askForUpgrade(onNoUpgrade: HttpDoorDeps['onNoUpgrade']): Handler<HttpEnv> {
  return (c) => {
    const reason = missingUpgrade(c.env.incoming) ?? 'the upgrade was lost';
    onNoUpgrade(c.env.incoming, reason);
    throw upgradeRequired(reason);
  };
}

/** Calls `make` on first use and returns the same value from then on. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
