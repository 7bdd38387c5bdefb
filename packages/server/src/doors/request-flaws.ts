/** Finds requests that two servers could read in two ways. A proxy and banter must never disagree about a request. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';

/** Fields that a request may have once (RFC 9110 5.3). Node reads the first of several; a proxy may read the last. */
const SINGLE_FIELDS = new Set([
  'host',
  'authorization',
  'content-type',
  'content-length',
  'origin',
  'last-event-id',
  'sec-websocket-key',
  'sec-websocket-version',
]);
/** A host name, an IPv4 address, or an IPv6 address in brackets; then a port (RFC 3986 3.2.2). May be empty (RFC 9110 7.2). */
const HOST_PATTERN = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})*)(?::\d{0,5})?$/i;

/** Returns why a request is ambiguous, or null. */
export function flawOf(request: IncomingMessage): ChatError | null {
  const twice = fieldGivenTwice(request.rawHeaders);
  if (twice) return flaw(`send one ${twice} header, not several`);
  const { host } = request.headers;
  if (host === undefined) return isHttp11(request) ? flaw('send a Host header') : null;
  // A Host such as 99999999999 has the form of one, but cannot be in a URL.
  if (!HOST_PATTERN.test(host) || !URL.canParse(originOf(host)))
    return flaw('the Host header must be a host name or address, and a port');
  return targetFlaw(request.url ?? '', host);
}

/** Returns why a request for an upgrade is ambiguous, or null. A body would be read as the first frames (RFC 6455 4.1). */
export function upgradeFlawOf(request: IncomingMessage): ChatError | null {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
  if (length !== '0' || coding !== undefined) return flaw('an upgrade request has no body');
  return flawOf(request);
}

function fieldGivenTwice(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const key = name.toLowerCase();
    if (!SINGLE_FIELDS.has(key)) continue;
    if (seen.has(key)) return name;
    seen.add(key);
  }
  return null;
}

function isHttp11({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor === 1 && httpVersionMinor >= 1;
}

/** A whole URL as the target names a host of its own (RFC 9112 3.2.2). */
function targetFlaw(target: string, host: string): ChatError | null {
  if (target.startsWith('/')) return null;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target))
    return flaw('the request target must be a path');
  return new URL(originOf(host)).host === new URL(target).host
    ? null
    : flaw('the target and the Host header must name the same host');
}

/** An empty Host is allowed (RFC 9110 7.2). */
function originOf(host: string): string {
  return `http://${host || 'localhost'}`;
}

function flaw(detail: string): ChatError {
  return new ChatError('invalid', detail);
}
