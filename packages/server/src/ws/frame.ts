/** Server-to-client frames of RFC 6455: unmasked, unfragmented, uncompressed, so that one buffer serves every socket. */

/** Encodes a text frame (RFC 6455 5.2). */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerBytes = length < MEDIUM ? 2 : length < LARGE ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame[0] = FIN_TEXT;
  if (headerBytes === 2) frame[1] = length;
  else if (headerBytes === 4) {
    frame[1] = MEDIUM;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MEDIUM + 1;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerBytes);
  return frame;
}

const FIN_TEXT = 0x81;
/** The smallest payload whose length takes two further bytes. */
const MEDIUM = 126;
/** The smallest payload whose length takes eight further bytes. */
const LARGE = 65_536;
