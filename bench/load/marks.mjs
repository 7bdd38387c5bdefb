// Marks: each message contains two bytes and a counter, so that it can be found and timed without parsing frames.

/** The section sign: two bytes in UTF-8, once in each message and nowhere else. */
const MARK = Buffer.from('§');
const COUNTER_DIGITS = 8;
const MARK_BYTES = MARK.length + COUNTER_DIGITS;
const CONTENT_BYTES = 100;

/**
 * Returns a message's text: a mark, padded to 100 bytes.
 * @param {number} counter below 2^32
 * @returns {string}
 */
export function markedContent(counter) {
  const mark = `§${counter.toString(16).padStart(COUNTER_DIGITS, '0')}`;
  return mark.padEnd(CONTENT_BYTES - 1, 'x');
}

/**
 * Finds the marks in a stream of bytes that arrives in pieces of any size.
 * @param {(counter: number) => void} onMark
 * @returns {(bytes: Buffer) => void} reads the next piece; copies a mark that is cut at its end, and keeps nothing else
 */
export function createScanner(onMark) {
  let rest = Buffer.alloc(0);
  return (piece) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let at = bytes.indexOf(MARK);
    while (at !== -1 && at + MARK_BYTES <= bytes.length) {
      onMark(Number.parseInt(bytes.toString('latin1', at + MARK.length, at + MARK_BYTES), 16));
      at = bytes.indexOf(MARK, at + MARK_BYTES);
    }
    if (at === -1 && bytes.at(-1) === MARK[0]) at = bytes.length - 1;
    rest = at === -1 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  };
}
