/** The peer of a request: its address, request id and scheme. Only trusted proxies may set them by forwarding headers. */
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, type Socket } from 'node:net';
import type { Peer, Scope } from '../chat/caller.ts';
import { canonicalAddress, networkOf } from '../chat/limits/network.ts';

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
  const isTrusted = createTrustCheck(trustedProxies);
  return ({ socket, headers }) => {
    const remote = remoteAddressOf(socket);
    const isProxied = isTrusted(remote);
    const givenId = isProxied ? joined(headers['x-request-id']) : undefined;
    return {
      requestId: givenId && REQUEST_ID_PATTERN.test(givenId) ? givenId : newId(),
      address: isProxied ? forwardedAddress(joined(headers['x-forwarded-for']), remote, isTrusted) : remote,
      userAgent: headers['user-agent'] ?? '',
      isSecure: isProxied && isSecureScheme(joined(headers['x-forwarded-proto'])),
    };
  };
}

/** Returns a function that tells whether an address is a trusted proxy's. @param trustedProxies null for none. */
export function createTrustCheck(trustedProxies: BlockList | null): (address: string) => boolean {
  return (address) => {
    const family = isIP(address);
    return (
      family !== 0 && trustedProxies !== null && trustedProxies.check(address, family === 4 ? 'ipv4' : 'ipv6')
    );
  };
}

/** Returns the address that a connection comes from; empty once it is closed. */
export function remoteAddressOf({ remoteAddress }: Pick<Socket, 'remoteAddress'>): string {
  return canonicalAddress(remoteAddress ?? '') ?? '';
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

/**
 * Returns the nearest address that is not a trusted proxy: anyone can forge the addresses before it. An element may have a
 * port, brackets and quotes. Empty elements do not count (RFC 9110 5.6.1). The connection's own address if the nearest is
 * none.
 */
function forwardedAddress(
  header: string | undefined,
  remote: string,
  isTrusted: (address: string) => boolean,
): string {
  const chain = (header ?? '')
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
  const nearest = chain
    .map(elementAddress)
    .reverse()
    .find((address) => address === null || !isTrusted(address));
  return nearest ?? remote;
}

/** `203.0.113.7:41234`, `[2001:db8::7]:9`, `"[2001:db8::7]"` or a bare address. The last part of bare IPv6 is no port. */
const ELEMENT_PATTERN =
  /^"?(?:\[(?<bracketed>[^\]]+)\](?::\d+)?|(?<v4>[\d.]+)(?::\d+)?|(?<bare>[^"[\]]+))"?$/;

/** Returns the address of an element in its one form; null if it has none, such as `unknown`. */
function elementAddress(element: string): string | null {
  const { bracketed, v4, bare } = ELEMENT_PATTERN.exec(element)?.groups ?? {};
  return canonicalAddress(bracketed ?? v4 ?? bare ?? '');
}

/** Tells whether the scheme that the client used is a secure one: the first of the list, in any case. */
function isSecureScheme(header: string | undefined): boolean {
  const [first = ''] = (header ?? '').split(',');
  return /^"?(?:https|wss)"?$/i.test(first.trim());
}

/** Returns all lines of a header as one list, as Node joins them. */
function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
