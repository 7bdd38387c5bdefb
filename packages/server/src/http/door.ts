/** The HTTP door: the API under /v1 and the page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Peer } from '../chat/caller.ts';
import type { FollowingDeps } from '../doors/following.ts';
import type { HttpEnv } from './context.ts';
import { createFollow } from './event-stream.ts';
import { type MetricsPage, serveMetrics } from './metrics-page.ts';
import { accessLog, deadline, peerOf, type RequestLine, securityHeaders } from './middleware.ts';
import { mountRoutes } from './mount.ts';
import { describeApi } from './openapi.ts';
import { createPage, type PageFile } from './page.ts';
import { answerProblem, notFound } from './problem.ts';
import type { RouteDeps } from './route.ts';
import { ROUTES } from './routes/routes.ts';

export type HttpDoorDeps = FollowingDeps &
  Omit<RouteDeps, 'describe' | 'follow'> & {
    identify: (request: IncomingMessage) => Peer;
    metrics: MetricsPage;
    /** The built page by path. */
    files: ReadonlyMap<string, PageFile>;
    onRequest: (line: RequestLine) => void;
    /** Milliseconds until a request is given up. */
    requestTimeoutMs?: number;
  };

const REQUEST_TIMEOUT_MS = 60_000;

/** A listener for Node's HTTP server. */
export function createHttpDoor(
  deps: HttpDoorDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  const app = createHttpApp(deps);
  const listener = getRequestListener(
    async (request, bindings) => {
      // Our server speaks HTTP/1.1 alone.
      const env = bindings as HttpEnv['Bindings'];
      const response = await app.fetch(request, env);
      // What a deadline or a fault has answered meanwhile stands.
      if (!env.takeOver || !response.ok) return response;
      env.outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
      env.takeOver(env.outgoing);
      return RESPONSE_ALREADY_SENT;
    },
    { overrideGlobalObjects: false },
  );
  return (request, response) => void listener(request, response);
}

/** The routes with the middleware chain around them, as a value that a test can call. */
export function createHttpApp(deps: HttpDoorDeps): Hono<HttpEnv> {
  const { chat, facts, allowsOrigin, clock, files, onFailure } = deps;
  const app = new Hono<HttpEnv>();
  app.use(peerOf(deps.identify));
  app.use(accessLog(clock, deps.onRequest));
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
      describe: once(() => describeApi(ROUTES)),
      follow: createFollow(deps),
    }),
  );
  app.get('/metrics', serveMetrics(chat, deps.metrics));
  app.get('*', createPage(files));
  return app;
}

/** Remembers what `make` gives. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
