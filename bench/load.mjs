// node bench/load.mjs '<JSON of Load>': loads one server, prints one line of JSON (Outcome).
// It holds its sockets raw and counts marks in their bytes, because reading the frames would cost more than sending them.

import { connect } from 'node:net';
import { clientFrame, upgradeRequest } from './frames.mjs';
import { cpuSeconds } from './process-cpu.mjs';

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} path
 * @property {string} [protocol] the WebSocket subprotocol
 * @property {string[]} greetings what each socket sends first; one socket per entry, '' for nothing
 * @property {string} [readyText] what a socket has received when it takes part
 * @property {string} sendText a message to send, with $ID and $CONTENT in it
 * @property {number} senders how many of the sockets send
 * @property {number} window messages each sender keeps outstanding
 * @property {number} warmUpMs
 * @property {number} measureMs
 * @property {number} serverPid
 */

/**
 * @typedef {object} Outcome
 * @property {number} deliveriesPerSecond
 * @property {number} messagesPerSecond
 * @property {number} serverCpuUs per delivery
 * @property {number} serverBusy the share of one core, 0 to 1
 * @property {number} loadBusy the share of one core this process used
 * @property {number} p50Ms from a send to its receipt on one socket
 * @property {number} p99Ms
 * @property {number} lost deliveries that had not come when all was quiet
 * @property {number} closed sockets that the server has closed
 */

/** Two bytes (UTF-8 for the section sign) that stand once in each message and nowhere else. */
const MARK = Buffer.from('§');
const MARK_HEAD = 0xc2;
const MARK_TAIL = 0xa7;

const CONTENT_BYTES = 100;
const COUNTER_DIGITS = 8;
const READ_BUFFER_BYTES = 256 * 1024;
const READY_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** @type {Load} */
const load = JSON.parse(process.argv[2] ?? '{}');
const clients = load.greetings.length;

/** Bytes are counted where they are read, so one buffer serves every socket. */
const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
const counts = { sent: 0, delivered: 0, ready: 0, closed: 0, nextSender: 0, sending: false };
/** @type {Map<number, number>} when each message was sent that the observer has not seen yet */
const sentAt = new Map();
/** @type {number[]} */
let latencies = [];

const sockets = load.greetings.map(open);
await until(() => counts.ready === clients, READY_TIMEOUT_MS);
if (counts.ready < clients) throw new Error(`only ${counts.ready} of ${clients} sockets became ready`);

counts.sending = true;
topUp();
await pause(load.warmUpMs);
const outcome = await measure();
counts.sending = false;
await until(() => counts.delivered >= counts.sent * clients, DRAIN_TIMEOUT_MS);
outcome.lost = counts.sent * clients - counts.delivered;
outcome.closed = counts.closed;
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);

/**
 * @param {string} greeting
 * @param {number} index
 */
function open(greeting, index) {
  const isObserver = index === clients - 1;
  const state = { text: '', isReady: false, endsInHead: false };
  /** @param {number} bytes */
  const read = (bytes) => {
    if (state.isReady) count(bytes, state, isObserver);
    else greet(bytes);
    return true;
  };
  /** @param {number} bytes */
  const greet = (bytes) => {
    const isUpgraded = state.text.includes('\r\n\r\n');
    state.text += buffer.toString('latin1', 0, bytes);
    if (!isUpgraded && state.text.includes('\r\n\r\n') && greeting !== '')
      socket.write(clientFrame(greeting));
    state.isReady = state.text.includes(load.readyText ?? '\r\n\r\n');
    if (state.isReady) counts.ready += 1;
  };
  const socket = connect({
    host: '127.0.0.1',
    port: load.port,
    noDelay: true,
    onread: { buffer, callback: read },
  });
  socket
    .on('error', () => {})
    .on('close', () => {
      counts.closed += 1;
    });
  socket.write(upgradeRequest(load));
  return socket;
}

/**
 * @param {number} bytes
 * @param {{ endsInHead: boolean }} state of a socket: whether its last read ended in the middle of a mark
 * @param {boolean} isObserver
 */
function count(bytes, state, isObserver) {
  const chunk = buffer.subarray(0, bytes);
  if (state.endsInHead && chunk[0] === MARK_TAIL) counts.delivered += 1;
  for (let at = chunk.indexOf(MARK); at !== -1; at = chunk.indexOf(MARK, at + MARK.length)) {
    counts.delivered += 1;
    if (isObserver) observe(chunk, at + MARK.length);
  }
  state.endsInHead = chunk[bytes - 1] === MARK_HEAD;
  topUp();
}

/**
 * @param {Buffer} chunk
 * @param {number} at where a message's counter begins; one that is cut by the end of the read is no sample
 */
function observe(chunk, at) {
  if (at + COUNTER_DIGITS > chunk.length) return;
  const counter = Number.parseInt(chunk.toString('latin1', at, at + COUNTER_DIGITS), 16);
  const sentMs = sentAt.get(counter);
  if (sentMs === undefined) return;
  latencies.push(performance.now() - sentMs);
  sentAt.delete(counter);
}

/** A message is outstanding until every socket, on the average, has got it. */
function topUp() {
  const limit = load.senders * load.window;
  while (counts.sending && counts.sent - Math.floor(counts.delivered / clients) < limit) {
    sockets[counts.nextSender]?.write(clientFrame(nextMessage()));
    counts.nextSender = (counts.nextSender + 1) % load.senders;
  }
}

function nextMessage() {
  counts.sent += 1;
  sentAt.set(counts.sent, performance.now());
  const counter = counts.sent.toString(16).padStart(COUNTER_DIGITS, '0');
  const content = `§${counter}`.padEnd(CONTENT_BYTES - 1, 'x');
  return load.sendText.replace('$ID', `${process.pid}-${counter}`).replace('$CONTENT', content);
}

/** @returns {Promise<Outcome>} */
async function measure() {
  latencies = [];
  const before = reading();
  await pause(load.measureMs);
  const after = reading();
  const seconds = (after.ms - before.ms) / 1000;
  const delivered = after.delivered - before.delivered;
  const serverCpu = after.serverCpu - before.serverCpu;
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    deliveriesPerSecond: delivered / seconds,
    messagesPerSecond: delivered / clients / seconds,
    serverCpuUs: (serverCpu / delivered) * 1e6,
    serverBusy: serverCpu / seconds,
    loadBusy: (after.loadCpu - before.loadCpu) / seconds,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    lost: 0,
    closed: 0,
  };
}

function reading() {
  const { user, system } = process.cpuUsage();
  return {
    ms: performance.now(),
    delivered: counts.delivered,
    serverCpu: cpuSeconds(load.serverPid),
    loadCpu: (user + system) / 1e6,
  };
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * @param {() => boolean} condition
 * @param {number} timeoutMs
 */
async function until(condition, timeoutMs) {
  const endMs = performance.now() + timeoutMs;
  while (!condition() && performance.now() < endMs) await pause(POLL_MS);
}
