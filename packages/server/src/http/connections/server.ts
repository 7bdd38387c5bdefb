/** Node's HTTP server, with time limits for slow clients. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { UnsentAnswers } from './unsent-answers.ts';

/** Time limits in milliseconds, under Node's names for them. A request that exceeds one gets a 408. */
export type HttpLimits = {
  /** For a request's head, from its first byte or from the connection's start. */
  headersTimeout: number;
  /** For a whole request. */
  requestTimeout: number;
  /** For a connection's wait between two requests. */
  keepAliveTimeout: number;
  /** The period of the checks. */
  connectionsCheckingInterval: number;
};

/** The limits in production: generous to people with slow connections. */
export const HTTP_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
};

/** Creates the server. It does not listen yet. Each connection's requests run one at a time. */
export function createHttpServer(
  handleRequest: (request: IncomingMessage, response: ServerResponse) => void,
  unsent: Pick<UnsentAnswers, 'run'>,
  limits: HttpLimits = HTTP_LIMITS,
): Server {
  // The gate answers a request without a Host in words, and also checks upgrades.
  const options = { ...limits, requireHostHeader: false };
  const server = createServer(options, (request, response) =>
    unsent.run(request, response, () => handleRequest(request, response)),
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    unsent.run(request, response, () => {
      response.writeContinue();
      handleRequest(request, response);
    }),
  );
  return server;
}
