/** Serves routes with part of the HTTP door's middleware, for unit tests that need a real request. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { HttpConnections } from '../../src/doors/http-connections.ts';
import type { HttpEnv } from '../../src/http/context.ts';
import { listenerOf } from '../../src/http/door.ts';
import { peerOf } from '../../src/http/middleware.ts';
import { answerProblem, notFound } from '../../src/http/problem.ts';

/** The running server. */
export type TestRoutes = {
  url: string;
  /** The errors reported as failures, with their request ids. */
  failures: [unknown, string][];
  close(): Promise<void>;
};

/** The id of every request. */
export const TEST_REQUEST_ID = 'request-of-a-test';

/** Serves the routes that `add` adds to the app. @param isSecure makes every request count as sent over TLS. */
export async function serveRoutes(add: (app: Hono<HttpEnv>) => void, isSecure = false): Promise<TestRoutes> {
  const failures: [unknown, string][] = [];
  const app = new Hono<HttpEnv>();
  app.use(
    peerOf(
      () => ({ requestId: TEST_REQUEST_ID, address: '203.0.113.9', userAgent: 'test', isSecure }),
      new HttpConnections(),
    ),
  );
  app.onError(answerProblem((error, requestId) => void failures.push([error, requestId])));
  app.notFound(notFound);
  add(app);
  const server = createServer(listenerOf(app));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
