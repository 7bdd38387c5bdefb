/** One colour per name, the same on every device. The test freezes them, because people recognise each other by colour. */

/** The number of colours in a theme. */
export const NICK_COLORS = 12;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Returns the colour of a username, 0 to 11: FNV-1a (32 bits) over the UTF-8 of its lower-case NFKC form. */
export function nickColor(username: string): number {
  const bytes = new TextEncoder().encode(username.normalize('NFKC').toLowerCase());
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return (hash >>> 0) % NICK_COLORS;
}
