/** The gate before the routes: answers ambiguous requests, and those that are bound to fail and come too often. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ChatError, encodeJson } from '@banter/protocol';
import type { Peer } from '../../chat/caller.ts';
import type { Clock } from '../../clock.ts';
import { flawOf } from '../../doors/request-flaws.ts';
import type { RequestLine } from '../middleware.ts';
import { toProblem } from '../problem.ts';
import type { FailingRequests } from './failing-requests.ts';

/** The parts that Gate works with. */
export type GateDeps = {
  failing: Pick<FailingRequests, 'record' | 'refusal' | 'isBoundToFail'>;
  /** Returns the peer of a request, as far as a trusted proxy reports it. */
  identify: (request: IncomingMessage) => Peer;
  clock: Pick<Clock, 'now'>;
  /** Called with the line of each ambiguous request. */
  onRequest: (line: RequestLine) => void;
  /** Called for each request that was answered with 429. `isNews`: at most once in NEWS_PERIOD_MS. */
  onRefused: (address: string, isNews: boolean) => void;
  /** Called with each unexpected error. */
  onFailure: (error: unknown, requestId: string) => void;
};

/** How often the log hears of refused requests, which arrive in floods. */
export const NEWS_PERIOD_MS = 60_000;
const STATUS_INVALID = 400;

/** Lets requests pass to the routes, or answers them. */
export class Gate {
  readonly #deps: GateDeps;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  /** Calls `pass`, or answers the request. */
  enter(request: IncomingMessage, response: ServerResponse, pass: () => void): void {
    const { identify, failing } = this.#deps;
    const peer = identify(request);
    const refusal = failing.refusal(peer.address);
    const flaw = flawOf(request);
    if (flaw) {
      if (!refusal) this.#answerFlaw(request, response, peer, flaw);
      else this.#refuse(response, peer, refusal);
    } else if (!refusal) pass();
    else this.#passOrRefuse(request, response, { peer, refusal, pass });
  }

  #answerFlaw({ method = '' }: IncomingMessage, response: ServerResponse, peer: Peer, flaw: ChatError): void {
    const { requestId, address } = peer;
    this.#deps.failing.record(address);
    const line = { requestId, method, route: 'ambiguous', status: STATUS_INVALID, durationMs: 0, address };
    this.#deps.onRequest(line);
    // Whatever follows on this connection may be a part of the ambiguous request.
    response.setHeader('Connection', 'close');
    send(response, flaw, requestId);
  }

  #passOrRefuse(request: IncomingMessage, response: ServerResponse, { peer, refusal, pass }: Doubtful): void {
    const { failing, onFailure } = this.#deps;
    failing.isBoundToFail(request, peer).then(
      (fails) => (fails ? this.#refuse(response, peer, refusal) : pass()),
      (error: unknown) => {
        onFailure(error, peer.requestId);
        pass();
      },
    );
  }

  #refuse(response: ServerResponse, { address, requestId }: Peer, refusal: ChatError): void {
    const now = this.#deps.clock.now();
    const isNews = now - this.#toldAt >= NEWS_PERIOD_MS;
    if (isNews) this.#toldAt = now;
    this.#deps.onRefused(address, isNews);
    send(response, refusal, requestId);
  }
}

type Doubtful = { peer: Peer; refusal: ChatError; pass: () => void };

/** Writes a problem without the routes' middleware. */
function send(response: ServerResponse, error: ChatError, requestId: string): void {
  const problem = toProblem(error, requestId);
  const body = encodeJson(problem);
  response.writeHead(problem.status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    ...(error.retryAfterMs === undefined ? {} : { 'Retry-After': Math.ceil(error.retryAfterMs / 1_000) }),
  });
  response.end(body);
}
