// Raw sockets by the thousand: upgraded, greeted, and then nothing but bytes that are counted.

import { connect } from 'node:net';
import { clientFrame, upgradeRequest } from './frames.mjs';
import { until } from './wait.mjs';

/**
 * @typedef {object} Target a server, as the load sees it
 * @property {number} port
 * @property {string} path
 * @property {string} [protocol] the WebSocket subprotocol
 * @property {string} [readyText] what a socket has received when it takes part; none: the upgrade's answer
 * @property {{ ifText: string, text: string }} [heartbeat] what the server asks of an idle socket, and the answer
 * @property {number} serverPid
 */

/**
 * @typedef {object} SocketPlan
 * @property {string} greeting the first frame; '' for none
 * @property {string} [sendText] a message of this socket, with $ID and $CONTENT in it
 * @property {number} room any number that is the same for all who get each other's messages
 */

/**
 * @typedef {object} Peer one socket
 * @property {number} index
 * @property {SocketPlan} plan
 * @property {import('node:net').Socket} socket
 * @property {string} head what came before it was ready
 * @property {boolean} isUpgraded
 * @property {boolean} isReady
 * @property {boolean} isClosed
 * @property {number} bytes received since it was ready
 */

/** Bytes are counted where they are read, so one buffer serves every socket. */
const buffer = Buffer.allocUnsafe(256 * 1024);
/** More at once would wait in the server for longer than it lets a socket be silent. */
const OPENING_MAX = 100;
const READY_TIMEOUT_MS = 60_000;
/** A larger read brings messages, and the heartbeat can wait for the next. */
const HEARTBEAT_MAX_BYTES = 1_024;
const UPGRADED = '\r\n\r\n';

/**
 * Opens all sockets and resolves when each is ready.
 * @param {Target} target
 * @param {SocketPlan[]} plans
 * @param {(peer: Peer, bytes: Buffer) => void} onBytes what a ready socket receives; the bytes are valid during the call
 * @returns {Promise<Peer[]>}
 */
export async function openSockets(target, plans, onBytes) {
  /** @type {Peer[]} */
  const peers = [];
  const opening = { count: 0, ready: 0 };
  for (const [index, plan] of plans.entries()) {
    await until(() => opening.count - opening.ready < OPENING_MAX, READY_TIMEOUT_MS, 1);
    opening.count += 1;
    peers.push(open(index, plan));
  }
  const isDone = await until(() => opening.ready === plans.length, READY_TIMEOUT_MS);
  if (!isDone) throw new Error(`only ${opening.ready} of ${plans.length} sockets became ready`);
  return peers;

  /**
   * @param {number} index
   * @param {SocketPlan} plan
   */
  function open(index, plan) {
    /** @param {number} length */
    const read = (length) => {
      if (peer.isReady) take(length);
      else greet(peer, target, length);
      return true;
    };
    /** @param {number} length */
    const take = (length) => {
      peer.bytes += length;
      const bytes = buffer.subarray(0, length);
      if (length < HEARTBEAT_MAX_BYTES) answerHeartbeat(peer, target, bytes);
      onBytes(peer, bytes);
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
   * @param {Peer} peer
   * @param {Target} target
   * @param {number} length
   */
  function greet(peer, { readyText = UPGRADED }, length) {
    peer.head += buffer.toString('latin1', 0, length);
    if (!peer.isUpgraded && peer.head.includes(UPGRADED)) {
      if (!peer.head.startsWith('HTTP/1.1 101')) throw new Error(`no upgrade: ${peer.head.slice(0, 200)}`);
      peer.isUpgraded = true;
      if (peer.plan.greeting !== '') peer.socket.write(clientFrame(peer.plan.greeting));
    }
    if (!peer.isUpgraded || !peer.head.includes(readyText)) return;
    peer.isReady = true;
    peer.head = '';
    opening.ready += 1;
  }
}

/**
 * @param {Peer} peer
 * @param {Target} target
 * @param {Buffer} bytes
 */
function answerHeartbeat(peer, { heartbeat }, bytes) {
  if (heartbeat && bytes.includes(heartbeat.ifText)) peer.socket.write(clientFrame(heartbeat.text));
}
