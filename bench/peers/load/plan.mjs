// Writes the plan for the load generator in load.c. It contains every byte that the clients send.

/** @typedef {{ send: Buffer | string } | { wait: string }} Step */

/**
 * @typedef {object} Client one socket
 * @property {Step[]} steps the client is ready after the last one
 * @property {Buffer | string} [message] with MARK in it, and ID if the server wants an id for each message
 */

/**
 * @typedef {object} Plan
 * @property {number} port on loopback
 * @property {number} opensAtOnce the number of clients that open at the same time
 * @property {boolean} echoes whether a sender gets its own messages
 * @property {Client[]} clients
 */

const STAMP_DIGITS = 16;
const ID_DIGITS = 12;
const CONTENT_BYTES = 100;
const WAIT_MAX_BYTES = 255;
const MESSAGE_MAX_BYTES = 4_096;

/** The place of a mark in a message. The generator writes the time of sending into it. */
const MARK = `§${'0'.repeat(STAMP_DIGITS)}`;
/** The place of an id in a message. The generator writes a counter into it. */
export const ID = '~'.repeat(ID_DIGITS);
/** The content of every message: a mark, padded to 100 bytes. */
export const CONTENT = MARK.padEnd(CONTENT_BYTES - 1, 'x');

/**
 * Writes a plan.
 * @param {Plan} plan
 * @returns {Buffer}
 * @throws {RangeError} if a text or a message is too long for the generator
 */
export function writePlan({ port, opensAtOnce, echoes, clients }) {
  const head = [
    record('p', String(port)),
    record('o', String(opensAtOnce)),
    record('e', echoes ? '1' : '0'),
    record('n', String(clients.length)),
  ];
  return Buffer.concat([...head, ...clients.flatMap(recordsOf), record('.', '')]);
}

/** @param {Client} client */
function recordsOf({ steps, message }) {
  const taken = steps.map((step) =>
    'send' in step ? record('>', step.send) : record('<', step.wait, WAIT_MAX_BYTES),
  );
  return [
    record('c', ''),
    ...taken,
    ...(message === undefined ? [] : [record('m', message, MESSAGE_MAX_BYTES)]),
  ];
}

/**
 * @param {string} kind
 * @param {Buffer | string} content
 * @param {number} [maxBytes]
 */
function record(kind, content, maxBytes = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(content);
  if (bytes.length > maxBytes)
    throw new RangeError(`a record ${kind} has ${bytes.length} of at most ${maxBytes} bytes`);
  return Buffer.concat([Buffer.from(`${kind} ${bytes.length}\n`), bytes]);
}
