/** Named prepared statements: parsed and planned once per connection. */

/** A statement's text, and the name under which the server keeps it prepared. */
export type Statement = { name: string; text: string };

/** PostgreSQL truncates longer names silently, so that two statements could share one. */
const NAME_MAX_BYTES = 63;

/**
 * Names a noun's statements: `statements('rooms', { list: 'select …' }).list` is `{ name: 'rooms.list', text }`.
 * @throws RangeError when a name is longer than 63 bytes.
 */
export function statements<Texts extends Record<string, string>>(
  noun: string,
  texts: Texts,
): { [Key in keyof Texts]: Statement } {
  const named = Object.entries(texts).map(([key, text]) => [
    key,
    { name: checkedName(`${noun}.${key}`), text },
  ]);
  return Object.fromEntries(named);
}

function checkedName(name: string): string {
  if (Buffer.byteLength(name) <= NAME_MAX_BYTES) return name;
  throw new RangeError(`The statement name ${name} is longer than ${NAME_MAX_BYTES} bytes: shorten it`);
}
