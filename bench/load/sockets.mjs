// Opens raw sockets by the thousand: upgrades them, greets the server, and then only counts bytes.

import { connect } from 'node:net';
import { clientFrame, upgradeRequest } from './frames.mjs';
import { until } from './wait.mjs';

/**
 * @typedef {object} Target a server, as the load generator sees it
 * @property {number} port
 * @property {string} path
 * @property {string} [protocol] the WebSocket subprotocol
 * @property {string} [readyText] the text that a socket receives once it is ready; by default, the response to the upgrade
 * @property {{ ifText: string, text: string }} [heartbeat] the text of the server's heartbeat, and the answer to it
 * @property {number} serverPid
 */

/**
 * @typedef {object} SocketPlan
 * @property {string} greeting the first frame; '' for none
 * @property {string} [sendText] the frame of a message, with $ID and $CONTENT in it
 * @property {number} room a number that is the same for all sockets that receive each other's messages
 */

/**
 * @typedef {object} Peer one socket
 * @property {number} index
 * @property {SocketPlan} plan
 * @property {import('node:net').Socket} socket
 * @property {string} head the bytes received before it was ready
 * @property {boolean} isUpgraded
 * @property {boolean} isReady
 * @property {boolean} isClosed
 * @property {number} bytes received since it was ready
 */

/** @typedef {(peer: Peer, bytes: Buffer) => void} OnBytes the bytes are valid during the call only */

/** All sockets share one buffer, because bytes are counted when they are read. */
const buffer = Buffer.allocUnsafe(256 * 1024);
/** With more sockets opening at once, some would wait in the server for longer than its time limit for hello. */
const OPENING_MAX = 100;
const READY_TIMEOUT_MS = 60_000;
/** A larger read contains messages. A heartbeat in it can wait for the next one. */
const HEARTBEAT_MAX_BYTES = 1_024;
const UPGRADED = '\r\n\r\n';

/**
 * Opens all sockets and resolves once every one is ready.
 * @param {Target} target
 * @param {SocketPlan[]} plans
 * @param {OnBytes} onBytes called with everything that a ready socket receives
 * @returns {Promise<Peer[]>} in the order of the plans
 */
export async function openSockets(target, plans, onBytes) {
  /** @type {Peer[]} */
  const peers = [];
  let ready = 0;
  const onReady = () => {
    ready += 1;
  };
  for (const [index, plan] of plans.entries()) {
    await until(() => peers.length - ready < OPENING_MAX, READY_TIMEOUT_MS, 1);
    peers.push(openSocket(target, { index, plan, onReady, onBytes }));
  }
  const isDone = await until(() => ready === plans.length, READY_TIMEOUT_MS);
  if (!isDone) throw new Error(`only ${ready} of ${plans.length} sockets became ready`);
  return peers;
}

/**
 * @param {Target} target
 * @param {{ index: number, plan: SocketPlan, onReady: () => void, onBytes: OnBytes }} options
 * @returns {Peer}
 */
function openSocket(target, { index, plan, onReady, onBytes }) {
  /** @param {number} length */
  const read = (length) => {
    if (peer.isReady) receive(peer, target, buffer.subarray(0, length), onBytes);
    else if (greet(peer, target, length)) onReady();
    return true;
  };
  const { port } = target;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer, callback: read } });
  /** @type {Peer} */
  const peer = {
    index,
    plan,
    socket,
    head: '',
    isUpgraded: false,
    isReady: false,
    isClosed: false,
    bytes: 0,
  };
  socket
    .on('error', () => {})
    .on('close', () => {
      peer.isClosed = true;
    });
  socket.write(upgradeRequest(target));
  return peer;
}

/**
 * Reads the response to the upgrade, sends the greeting, and waits for the ready text.
 * @param {Peer} peer
 * @param {Target} target
 * @param {number} length of the bytes in the buffer
 * @returns {boolean} true once the socket is ready
 */
function greet(peer, { readyText = UPGRADED }, length) {
  peer.head += buffer.toString('latin1', 0, length);
  if (!peer.isUpgraded && peer.head.includes(UPGRADED)) {
    if (!peer.head.startsWith('HTTP/1.1 101')) throw new Error(`no upgrade: ${peer.head.slice(0, 200)}`);
    peer.isUpgraded = true;
    if (peer.plan.greeting !== '') peer.socket.write(clientFrame(peer.plan.greeting));
  }
  if (!peer.isUpgraded || !peer.head.includes(readyText)) return false;
  peer.isReady = true;
  peer.head = '';
  return true;
}

/**
 * Counts the bytes of a ready socket and answers heartbeats.
 * @param {Peer} peer
 * @param {Target} target
 * @param {Buffer} bytes
 * @param {OnBytes} onBytes
 */
function receive(peer, { heartbeat }, bytes, onBytes) {
  peer.bytes += bytes.length;
  if (heartbeat && bytes.length < HEARTBEAT_MAX_BYTES && bytes.includes(heartbeat.ifText))
    peer.socket.write(clientFrame(heartbeat.text));
  onBytes(peer, bytes);
}
