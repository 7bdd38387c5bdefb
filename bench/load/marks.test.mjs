import { expect, it } from 'vitest';
import { createScanner, markedContent } from './marks.mjs';

it('finds every mark once, however the bytes are cut', () => {
  const counters = [1, 0xab, 0x12345678, 0xffffffff];
  const stream = Buffer.from(counters.map((counter) => `{"content":"${markedContent(counter)}"}\n`).join(''));
  for (let size = 1; size <= stream.length; size += 1) {
    /** @type {number[]} */
    const found = [];
    const scan = createScanner((counter) => found.push(counter));
    for (let at = 0; at < stream.length; at += size) scan(stream.subarray(at, at + size));
    expect(found, `in pieces of ${size} bytes`).toEqual(counters);
  }
});

it('does not depend on a piece whose memory is reused', () => {
  /** @type {number[]} */
  const found = [];
  const scan = createScanner((counter) => found.push(counter));
  const text = Buffer.from(markedContent(7));
  const piece = Buffer.from(text.subarray(0, 5));
  scan(piece);
  piece.fill(0);
  scan(text.subarray(5));
  expect(found).toEqual([7]);
});

it('writes messages of 100 bytes', () => {
  expect(Buffer.byteLength(markedContent(1))).toBe(100);
  expect(Buffer.byteLength(markedContent(0xffffffff))).toBe(100);
});
