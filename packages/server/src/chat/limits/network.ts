/** The one form of an address, and the network that it belongs to. Bans, rate limits, delays and counts all use these. */
import { isIP, SocketAddress } from 'node:net';

const NETWORK_GROUPS = 4;
const MAPPED_PREFIX = '::ffff:';

/**
 * Returns an address in its one form: IPv6 in lower case and shortened (RFC 5952), IPv4 written as IPv6 as IPv4, without the
 * zone of a link-local address. Null for a text that is no address.
 */
export function canonicalAddress(text: string): string | null {
  const [given = ''] = text.split('%');
  const family = isIP(given);
  if (family !== 6) return family === 0 ? null : given;
  const { address } = new SocketAddress({ address: given, family: 'ipv6' });
  const mapped = address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : '';
  return isIP(mapped) === 4 ? mapped : address;
}

/**
 * Returns the network that an address belongs to: an IPv4 address itself, or the first 64 bits of an IPv6 address. One
 * customer has at least a /64 (RFC 6177) and may change addresses within it at any time. A text that is no address is
 * returned as it is.
 */
export function networkOf(text: string): string {
  const address = canonicalAddress(text);
  if (!address?.includes(':')) return address ?? text;
  const [head = '', tail = ''] = address
    .split('::')
    .map((side) => side.replace(/\d+\.\d+\.\d+\.\d+$/, 'v4:v4'));
  const [left, right] = [groupsOf(head), groupsOf(tail)];
  const zeros = new Array<string>(Math.max(0, 2 * NETWORK_GROUPS - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** The 16-bit groups on one side of `::`. */
function groupsOf(side: string): string[] {
  return side === '' ? [] : side.split(':');
}
