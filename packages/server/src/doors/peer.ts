/** The peer of a request: its address, request id and scheme. Only trusted proxies may set them by forwarding headers. */
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, type Socket } from 'node:net';
import type { Peer, Scope } from '../chat/caller.ts';
import { networkOf } from '../chat/limits/network.ts';

/** Options of createIdentify. */
export type PeerOptions = {
  /** Addresses and subnets of trusted proxies; null for none. */
  trustedProxies: BlockList | null;
  /** Returns a new request id. */
  newId: () => string;
};

/** The format of a request id from a trusted proxy. Any other id is replaced. */
const REQUEST_ID_PATTERN = /^[A-Za-z0-9._-]{8,64}$/;

/** Returns a function that reads a request's peer. */
export function createIdentify({ trustedProxies, newId }: PeerOptions): (request: IncomingMessage) => Peer {
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return (
      family !== 0 && trustedProxies !== null && trustedProxies.check(address, family === 4 ? 'ipv4' : 'ipv6')
    );
  };
  return ({ socket, headers }) => {
    const remote = remoteAddressOf(socket);
    const isProxied = isTrusted(remote);
    const givenId = isProxied ? firstOf(headers['x-request-id']) : undefined;
    return {
      requestId: givenId && REQUEST_ID_PATTERN.test(givenId) ? givenId : newId(),
      address: isProxied ? forwardedAddress(firstOf(headers['x-forwarded-for']), remote, isTrusted) : remote,
      userAgent: headers['user-agent'] ?? '',
      isSecure: isProxied && firstOf(headers['x-forwarded-proto']) === 'https',
    };
  };
}

/** Returns the address that a connection comes from; empty once it is closed. */
export function remoteAddressOf({ remoteAddress }: Pick<Socket, 'remoteAddress'>): string {
  return plainAddress(remoteAddress ?? '');
}

/** Returns the scope of a peer's request: until a person signs in, the strangers of its network pay for the statements. */
export function scopeOf({ requestId, address }: Peer): Scope {
  return { requestId, spender: { network: networkOf(address), person: null } };
}

/**
 * Returns a function that checks a request's Origin [A1]. With `allowed` origins, only these pass. Without, only the
 * requested host does. A request without an Origin, which is not from a browser, always passes; `Origin: null` never does.
 */
export function createOriginCheck(allowed: ReadonlySet<string>): (request: IncomingMessage) => boolean {
  return ({ headers }) => {
    const { origin, host } = headers;
    if (origin === undefined || allowed.has(origin)) return true;
    return (
      host !== undefined &&
      allowed.size === 0 &&
      (origin === `http://${host}` || origin === `https://${host}`)
    );
  };
}

/** Returns the nearest address that is not a trusted proxy: anyone can forge the addresses before it. */
function forwardedAddress(
  header: string | undefined,
  remote: string,
  isTrusted: (address: string) => boolean,
): string {
  const chain = (header ?? '').split(',').map((part) => plainAddress(part.trim()));
  const nearest = chain.reverse().find((address) => !isTrusted(address));
  return nearest !== undefined && isIP(nearest) !== 0 ? nearest : remote;
}

/** Unwraps an IPv4 address that the system gives as IPv6. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
