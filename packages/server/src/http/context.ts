/** The values that a request carries through the middleware and its handler. */
import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Peer, Scope, Visitor } from '../chat/caller.ts';

/** The types that Hono's context has in this server. */
export type HttpEnv = {
  Bindings: HttpBindings & {
    /** Set by a handler whose response is a stream. Called once the head is written; it writes the rest. */
    takeOver?: (response: ServerResponse) => void;
  };
  Variables: {
    peer: Peer;
    /** Lasts as long as the request. The deadline or a disconnect aborts it, which cancels the store's work. */
    scope: Scope;
    /** Whether the caller is known. A request that fails before counts against its address. */
    isSignedIn?: true;
  };
};

/** Hono's context, as every handler and middleware gets it. */
export type HttpContext = Context<HttpEnv>;

/** Returns the client of a request, as chat wants to know it. */
export function visitorOf(c: HttpContext): Visitor {
  const { address, userAgent } = c.get('peer');
  return { address, userAgent, scope: c.get('scope') };
}
