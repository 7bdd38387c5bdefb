/**
 * Makes requests that fail before a sign-in cheap: unknown paths, invalid tokens, ambiguous heads. Each costs its address a
 * token. An address without tokens is answered with 429 where it would fail anyway. A request that may succeed is never
 * refused here, so people who share the address with a flood notice nothing [L5].
 */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';
import type { Peer } from '../../chat/caller.ts';
import type { Chat } from '../../chat/chat.ts';
import { bearerToken } from '../../doors/admission.ts';
import { scopeOf } from '../../doors/peer.ts';
import type { Route } from '../route.ts';
import { type RouteAccess, RouteFinder } from './route-finder.ts';

/** The parts that FailingRequests works with. */
export type FailingRequestsDeps = {
  chat: { limits: Pick<Chat['limits'], 'take' | 'refusal'>; sessions: Pick<Chat['sessions'], 'verify'> };
  routes: readonly Route[];
  /** Returns who may get a path outside of the API; null for nobody. */
  accessOutside: (request: IncomingMessage, path: string) => RouteAccess | null;
};

/** Counts the failures of each address, and recognises requests that are bound to fail. */
export class FailingRequests {
  readonly #deps: FailingRequestsDeps;
  readonly #finder: RouteFinder;

  constructor(deps: FailingRequestsDeps) {
    this.#deps = deps;
    this.#finder = new RouteFinder(deps.routes);
  }

  /** Counts a request that failed before anybody signed in. */
  record(address: string): void {
    const { limits } = this.#deps.chat;
    if (!limits.refusal('failure', address)) limits.take('failure', address);
  }

  /** Returns the error for the next request of an address that is bound to fail; null while it has tokens left. */
  refusal(address: string): ChatError | null {
    return this.#deps.chat.limits.refusal('failure', address);
  }

  /** Whether a request is bound to fail. Asks the store at most for a personal token that is not known yet. */
  async isBoundToFail(request: IncomingMessage, peer: Peer): Promise<boolean> {
    const target = request.url ?? '';
    const path = pathOf(target);
    const access = this.#finder.accessOf(request.method ?? '', path) ?? this.#accessOutside(request, path);
    if (access === null) return true;
    if (access === 'public') return false;
    const token = bearerToken(request.headers.authorization);
    if (token === null) return access !== 'ticket' || !/[?&](?:ticket|token)=/.test(target);
    return this.#isInvalid(token, peer);
  }

  #accessOutside(request: IncomingMessage, path: string): RouteAccess | null {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    return isRead ? this.#deps.accessOutside(request, path) : null;
  }

  async #isInvalid(token: string, peer: Peer): Promise<boolean> {
    try {
      await this.#deps.chat.sessions.verify(token, { address: peer.address, scope: scopeOf(peer) });
      return false;
    } catch (error) {
      if (error instanceof ChatError)
        return error.code === 'unauthenticated' || error.code === 'rate_limited';
      throw error;
    }
  }
}

/** Returns the decoded path of a request's target, as the routes see it. */
function pathOf(target: string): string {
  const [path = ''] = (target.startsWith('/') ? target : new URL(target).pathname).split(/[?#]/);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
