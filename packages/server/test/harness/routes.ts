/** Routes under the outer half of the chain, on a real port: for units of the HTTP door that need a request. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { HttpEnv } from '../../src/http/context.ts';
import { peerOf } from '../../src/http/middleware.ts';
import { answerProblem, notFound } from '../../src/http/problem.ts';

export type TestRoutes = {
  url: string;
  /** What was reported as a failure of ours. */
  failures: [unknown, string][];
  close(): Promise<void>;
};

export const TEST_REQUEST_ID = 'request-of-a-test';

/** Serves what `add` puts on the app. @param isSecure whether requests count as come over TLS. */
export async function serveRoutes(add: (app: Hono<HttpEnv>) => void, isSecure = false): Promise<TestRoutes> {
  const failures: [unknown, string][] = [];
  const app = new Hono<HttpEnv>();
  app.use(
    peerOf(() => ({ requestId: TEST_REQUEST_ID, address: '203.0.113.9', userAgent: 'test', isSecure })),
  );
  app.onError(answerProblem((error, requestId) => void failures.push([error, requestId])));
  app.notFound(notFound);
  add(app);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
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
