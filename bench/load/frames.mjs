// The part of the WebSocket protocol (RFC 6455) that the load generator needs: the upgrade request and text frames.

const TEXT_FRAME = 0x81;
const BINARY_FRAME = 0x82;
const MASKED = 0x80;
const LENGTH_IN_16_BITS = 126;
const MAX_7_BIT_LENGTH = 125;

/**
 * Returns the request that opens a socket.
 * @param {{ port: number, path: string, protocol?: string }} target
 * @returns {string}
 */
export function upgradeRequest({ port, path, protocol }) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * Returns a client's text frame. Its mask is all zeros, which is valid and leaves the text unchanged.
 * @param {string} text shorter than 64 KiB
 * @returns {Buffer}
 */
export function clientFrame(text) {
  return maskedFrame(TEXT_FRAME, text);
}

/**
 * Returns a client's binary frame, with the same mask.
 * @param {string} text shorter than 64 KiB
 * @returns {Buffer}
 */
export function binaryClientFrame(text) {
  return maskedFrame(BINARY_FRAME, text);
}

/**
 * @param {number} kind
 * @param {string} text
 */
function maskedFrame(kind, text) {
  const body = Buffer.from(text);
  const isShort = body.length <= MAX_7_BIT_LENGTH;
  const head = Buffer.alloc(isShort ? 6 : 8);
  head[0] = kind;
  head[1] = MASKED | (isShort ? body.length : LENGTH_IN_16_BITS);
  if (!isShort) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}
