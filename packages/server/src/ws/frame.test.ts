import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { encodeTextFrame } from './frame.ts';

/** The library's frame parser. It is exported, but missing in its types. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** Returns the messages that a WebSocket client reads from `bytes`. */
async function parse(bytes: Buffer): Promise<{ text: string; isBinary: boolean }[]> {
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
  const messages: { text: string; isBinary: boolean }[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    messages.push({ text: data.toString(), isBinary });
  });
  await new Promise<void>((resolve, reject) => {
    receiver.once('error', reject);
    receiver.end(bytes, resolve);
  });
  return messages;
}

test.each([
  [0, 2],
  [1, 2],
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
  [1_000_000, 10],
])('a text of %i bytes gets a header of %i bytes, and is decoded unchanged', async (bytes, headerBytes) => {
  const text = 'x'.repeat(bytes);
  const frame = encodeTextFrame(text);
  expect(frame).toHaveLength(headerBytes + bytes);
  expect(await parse(frame)).toEqual([{ text, isBinary: false }]);
});

test.each(['tortoise \u{1F422}', 'ä'.repeat(63), 'ä'.repeat(62), '\u{1F422}'.repeat(16_384), 'a\nb'])(
  'the length counts bytes of UTF-8, not characters (%#)',
  async (text) => {
    expect(await parse(encodeTextFrame(text))).toEqual([{ text, isBinary: false }]);
  },
);

test('consecutive frames are decoded one by one', async () => {
  const texts = ['first', '', 'x'.repeat(70_000), 'last'];
  const messages = await parse(Buffer.concat(texts.map(encodeTextFrame)));
  expect(messages.map(({ text }) => text)).toEqual(texts);
});
