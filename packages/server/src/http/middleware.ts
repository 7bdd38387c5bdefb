/** The middleware around every request: peer, access log, headers, deadline. Thrown errors end in problem.ts. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import type { Peer } from '../chat/caller.ts';
import type { Clock } from '../clock.ts';
import type { HttpConnections } from '../doors/http-connections.ts';
import { scopeOf } from '../doors/peer.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** One line of the access log. It never holds a token, a password or a message's text. */
export type RequestLine = {
  requestId: string;
  method: string;
  /** The route's pattern instead of the URL, which may hold a ticket. */
  route: string;
  status: number;
  durationMs: number;
  address: string;
};

type Handler = MiddlewareHandler<HttpEnv>;

/** Identifies the client and gives the request its id, which the response repeats in X-Request-Id. */
export function peerOf(
  identify: (request: IncomingMessage) => Peer,
  connections: Pick<HttpConnections, 'beginRequest'>,
): Handler {
  return async (c, next) => {
    const peer = identify(c.env.incoming);
    c.env.outgoing.once('close', connections.beginRequest(c.env.incoming.socket, peer.address));
    c.set('peer', peer);
    c.header('X-Request-Id', peer.requestId);
    await next();
  };
}

/** Reports each request once its response is ready. */
export function accessLog(clock: Clock, onRequest: (line: RequestLine) => void): Handler {
  return async (c, next) => {
    const startedAt = clock.now();
    await next();
    const { requestId, address } = c.get('peer');
    const durationMs = Math.round((clock.now() - startedAt) * 10) / 10;
    const route = routePath(c);
    onRequest({ requestId, method: c.req.method, route, status: c.res.status, durationMs, address });
  };
}

/** Reports the address of each request that failed before anybody signed in. */
export function countFailures(record: (address: string) => void): Handler {
  return async (c, next) => {
    await next();
    const { status } = c.res;
    const isFailure = status >= 400 && status < 500 && status !== 429;
    if (isFailure && !c.get('isSignedIn')) record(c.get('peer').address);
  };
}

/** Adds the security headers, and forbids caching of API responses. */
export function securityHeaders(): Handler {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    // Set below, over TLS only: without TLS it would lock browsers out.
    strictTransportSecurity: false,
  });
  return async (c, next) => {
    await headers(c, next);
    if (c.get('peer').isSecure) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000');
    if (c.req.path.startsWith('/v1/')) c.res.headers.set('Cache-Control', 'no-store');
  };
}

/** Aborts a request after `timeoutMs`, or when its client disconnects. Either cancels its work in the store. */
export function deadline(clock: Clock, timeoutMs: number): Handler {
  return async (c, next) => {
    const controller = new AbortController();
    const { signal } = controller;
    const onClose = () => controller.abort(new ChatError('unavailable', 'the client disconnected'));
    c.env.outgoing.once('close', onClose);
    c.set('scope', { ...scopeOf(c.get('peer')), signal });
    const cancelTimeout = clock.after(timeoutMs, () =>
      controller.abort(new ChatError('unavailable', 'the request timed out: try again')),
    );
    try {
      await Promise.race([next(), aborted(c, signal)]);
    } finally {
      cancelTimeout();
      c.env.outgoing.off('close', onClose);
    }
  };
}

/** Rejects when the request is aborted. */
function aborted(c: HttpContext, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => {
      // A write that timed out may still be stored. An error would claim it is not [S3], so send no response at all.
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD') c.env.outgoing.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
