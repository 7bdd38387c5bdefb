// A person beside an attack, in a process and from an address of their own: `node bystander.mjs URL TOKEN ROOM_ID ADDRESS`.
// Sends a message every 50 ms and times it to its ok. Asks for /v1/me and /v1/ready twice a second.
// Answers each message of its parent with the latencies since the last one, in milliseconds, and with every refusal.

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';

const SEND_EVERY_MS = 50;
const ASK_EVERY_MS = 500;

const [url = '', token = '', roomId = '', localAddress = ''] = process.argv.slice(2);
const agent = new Agent({ localAddress, keepAlive: true });
const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, ['banter.v1'], {
  localAddress,
  perMessageDeflate: false,
});
/** @type {Map<string, number>} */
const sentAt = new Map();
/** @type {number[]} */
let latencies = [];
/** @type {string[]} */
let refusals = [];

socket.on('open', () => send({ op: 'hello', token, rooms: [{ roomId: Number(roomId) }] }));
socket.on('message', (data) => {
  for (const line of String(data).split('\n')) receive(JSON.parse(line));
});
socket.on('close', (code) => refusals.push(`the socket was closed with ${code}`));
socket.on('error', (error) => refusals.push(error.message));

process.on('message', () => {
  // A message that still waits counts with the time it has waited.
  const waiting = [...sentAt.values()].map((at) => performance.now() - at);
  process.send?.({ latencies: [...latencies, ...waiting], refusals });
  latencies = [];
  refusals = [];
});
process.on('disconnect', () => process.exit());

/** @param {any} event */
function receive(event) {
  if (event.type === 'ping') send({ op: 'pong', t: event.t });
  if (event.type === 'live') begin();
  const at = sentAt.get(event.id);
  if (at === undefined || (event.type !== 'ok' && event.type !== 'error')) return;
  sentAt.delete(event.id);
  latencies.push(performance.now() - at);
  if (event.type === 'error') refusals.push(`a message was refused: ${event.code}`);
}

function begin() {
  setInterval(() => {
    const id = randomUUID();
    sentAt.set(id, performance.now());
    send({ op: 'send', id, roomId: Number(roomId), content: 'still here' });
  }, SEND_EVERY_MS);
  setInterval(() => {
    ask('/v1/me', { authorization: `Bearer ${token}` });
    ask('/v1/ready', {});
  }, ASK_EVERY_MS);
  process.send?.('live');
}

/** @param {object} command */
function send(command) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
}

/**
 * @param {string} path
 * @param {Record<string, string>} headers
 */
function ask(path, headers) {
  request(`${url}${path}`, { agent, localAddress, headers }, (response) => {
    response.resume();
    if (response.statusCode !== 200) refusals.push(`${path} was refused: ${response.statusCode}`);
  })
    .on('error', (error) => refusals.push(`${path} failed: ${error.message}`))
    .end();
}
