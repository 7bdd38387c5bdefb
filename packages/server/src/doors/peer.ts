/** Who is at the other end of a request: address, id and scheme, believing forwarding headers of trusted proxies only. */
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import type { Peer } from '../chat/caller.ts';

export type PeerOptions = {
  /** Addresses and subnets of proxies, or null for none. */
  trustedProxies: BlockList | null;
  newId: () => string;
};

/** What a request id of a trusted proxy may look like; anything else is replaced. */
const REQUEST_ID_PATTERN = /^[A-Za-z0-9._-]{8,64}$/;

/** Gives a function that reads a request's peer. */
export function createIdentify({ trustedProxies, newId }: PeerOptions): (request: IncomingMessage) => Peer {
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return (
      family !== 0 && trustedProxies !== null && trustedProxies.check(address, family === 4 ? 'ipv4' : 'ipv6')
    );
  };
  return ({ socket, headers }) => {
    const remote = plainAddress(socket.remoteAddress ?? '');
    const isProxied = isTrusted(remote);
    const givenId = isProxied ? one(headers['x-request-id']) : undefined;
    return {
      requestId: givenId && REQUEST_ID_PATTERN.test(givenId) ? givenId : newId(),
      address: isProxied ? forwardedAddress(one(headers['x-forwarded-for']), remote, isTrusted) : remote,
      userAgent: headers['user-agent'] ?? '',
      isSecure: isProxied && one(headers['x-forwarded-proto']) === 'https',
    };
  };
}

/**
 * Gives a function that says whether a request's Origin may act for a person: none at all (no browser), the host that
 * was asked for, or one of the exact origins allowed. `null` and everything else may not [A1].
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

/** The nearest address of the chain that is no proxy of ours: what lies beyond it anyone can write. */
function forwardedAddress(
  header: string | undefined,
  remote: string,
  isTrusted: (address: string) => boolean,
): string {
  const chain = (header ?? '').split(',').map((part) => plainAddress(part.trim()));
  const nearest = chain.reverse().find((address) => !isTrusted(address));
  return nearest !== undefined && isIP(nearest) !== 0 ? nearest : remote;
}

/** An IPv4 address as such, also where the system wraps it in IPv6. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
