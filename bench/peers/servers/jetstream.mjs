// NATS JetStream: a stream on disk, and one push consumer whose subject all clients follow. It does not wait for the disk.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binaryClientFrame } from '../../load/frames.mjs';
import { freePort, startServer } from '../../servers/process.mjs';
import { CONTENT } from '../load/plan.mjs';
import { request } from './nats-client.mjs';
import { clientsOf, openWebSocket } from './websocket.mjs';

const PROGRAM = '/usr/sbin/nats-server';
const STREAM = 'events';
const DELIVERED = 'delivered';
const CONNECT = 'CONNECT {"verbose":false,"pedantic":false,"echo":true,"headers":false}\r\n';
/** The sender asks the stream for an acknowledgement. Nobody reads it. */
const MESSAGE = binaryClientFrame(`PUB ${STREAM} acks ${Buffer.byteLength(CONTENT)}\r\n${CONTENT}\r\n`);

/** @type {import('./peers.mjs').Peer} */
export const jetstream = {
  name: 'NATS JetStream',
  stores: 'file, no fsync',
  program: PROGRAM,
  packages: ['nats-server'],
  hasArchive: true,
  echoes: true,
  opensAtOnce: 32,
  async start({ dir }) {
    const [port, plainPort] = [await freePort(), await freePort()];
    const config = join(dir, 'nats.conf');
    await writeFile(config, configuration(port, plainPort, dir));
    const { pid, stop } = await startServer(() => [PROGRAM, '-c', config], {}, null, port);
    await request(plainPort, `$JS.API.STREAM.CREATE.${STREAM}`, {
      name: STREAM,
      subjects: [STREAM],
      storage: 'file',
    });
    return {
      ...{ port, pid, stop },
      async join(count) {
        await followFromNow(plainPort);
        return clientsOf(count, () => ({ steps: follow(port, DELIVERED), message: MESSAGE }));
      },
      idle: async (count, perRoom) =>
        clientsOf(count, (index) => ({ steps: follow(port, `room${Math.floor(index / perRoom)}`) })),
      async catchUp(count, events) {
        const last = await lastSeq(plainPort);
        return clientsOf(count, (index) => ({ steps: readLast(port, index, { last, events }) }));
      },
    };
  },
};

/**
 * @param {number} port
 * @param {string} subject
 */
function follow(port, subject) {
  return [
    ...openWebSocket({ port, path: '/' }),
    { wait: 'INFO ' },
    { send: binaryClientFrame(`${CONNECT}SUB ${subject} 1\r\nPING\r\n`) },
    { wait: 'PONG' },
  ];
}

/**
 * Follows the stream, then reads its last events with a consumer of its own.
 * @param {number} port
 * @param {number} index
 * @param {{ last: number, events: number }} range
 */
function readLast(port, index, { last, events }) {
  const inbox = `inbox${index}`;
  const body = consumer({
    deliver_subject: inbox,
    deliver_policy: 'by_start_sequence',
    opt_start_seq: last - events + 1,
  });
  const create = `PUB $JS.API.CONSUMER.CREATE.${STREAM} ${inbox} ${body.length}\r\n${body}\r\n`;
  return [
    ...follow(port, DELIVERED),
    { send: binaryClientFrame(`SUB ${inbox} 2\r\n${create}`) },
    // The subject for acknowledgements contains the seq in the stream, then the seq in the consumer.
    { wait: `.${last}.${events}.` },
  ];
}

/** @param {number} port */
async function followFromNow(port) {
  const name = 'everyone';
  await request(port, `$JS.API.CONSUMER.DELETE.${STREAM}.${name}`, {}).catch(() => {});
  const body = consumer({ durable_name: name, deliver_subject: DELIVERED, deliver_policy: 'new' });
  await request(port, `$JS.API.CONSUMER.DURABLE.CREATE.${STREAM}.${name}`, JSON.parse(body));
}

/** @param {object} config */
function consumer(config) {
  return JSON.stringify({
    stream_name: STREAM,
    config: { ...config, ack_policy: 'none', replay_policy: 'instant' },
  });
}

/** @param {number} port */
async function lastSeq(port) {
  const { state } = await request(port, `$JS.API.STREAM.INFO.${STREAM}`, {});
  return /** @type {{ last_seq: number }} */ (state).last_seq;
}

/**
 * @param {number} port
 * @param {number} plainPort
 * @param {string} dir
 */
function configuration(port, plainPort, dir) {
  return `
listen: "127.0.0.1:${plainPort}"
websocket { listen: "127.0.0.1:${port}", no_tls: true }
jetstream { store_dir: "${dir}" }
log_file: "${join(dir, 'nats.log')}"
`;
}
