/** Whose an address is, as far as limits go. */
import { isIPv6 } from 'node:net';

/**
 * The network that an address stands for: an IPv4 address itself, an IPv6 address's first 64 bits, since one customer has
 * at least so many (RFC 6177) and takes another of them whenever they like.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail)];
  const zeros = new Array<string>(Math.max(0, GROUPS - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** The 16-bit groups of one side of `::`; an IPv4 address at the end stands for two. */
function groupsOf(side: string): string[] {
  if (side === '') return [];
  return side.split(':').flatMap((group) => (group.includes('.') ? ['v4', 'v4'] : [group]));
}
