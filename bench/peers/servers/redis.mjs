// Redis Streams: each message is added to a stream and published to all who follow, in one write of its sender. With
// appendfsync always, Redis writes one group of commands to the disk before it answers them: the promise of banter.

import { startServer } from '../../servers/process.mjs';
import { CONTENT } from '../load/plan.mjs';
import { clientsOf } from './websocket.mjs';

const PROGRAM = '/usr/bin/redis-server';
const STREAM = 'events';
const END = 'all-read';

/** @type {import('./peers.mjs').Peer} */
export const redis = {
  name: 'Redis Streams + PUBLISH',
  stores: 'file, fsync for each group of messages',
  program: PROGRAM,
  packages: ['redis-server'],
  hasArchive: true,
  echoes: true,
  opensAtOnce: 32,
  async start({ dir }) {
    const { port, pid, stop } = await startServer((port) => commandLine(port, dir), {}, null);
    return {
      ...{ port, pid, stop },
      join: async (count) => clientsOf(count, () => ({ steps: follow('room'), message: MESSAGE })),
      idle: async (count, perRoom) =>
        clientsOf(count, (index) => ({ steps: follow(`room${Math.floor(index / perRoom)}`) })),
      catchUp: async (count, events) =>
        clientsOf(count, () => ({
          steps: [
            ...follow('room'),
            { send: command('XREVRANGE', STREAM, '+', '-', 'COUNT', String(events)) + command('PING', END) },
            { wait: END },
          ],
        })),
    };
  },
};

/**
 * Returns a command in the protocol of Redis.
 * @param {string[]} words
 */
export function command(...words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

const MESSAGE = command('XADD', STREAM, '*', 'm', CONTENT) + command('PUBLISH', 'room', CONTENT);

/** @param {string} channel */
function follow(channel) {
  return [
    { send: command('HELLO', '3') },
    { wait: 'proto' },
    { send: command('SUBSCRIBE', channel) },
    { wait: 'subscribe' },
  ];
}

/**
 * Readers that fall behind are not closed, and the file is not rewritten during a measurement.
 * @param {number} port
 * @param {string} dir
 */
function commandLine(port, dir) {
  return [
    PROGRAM,
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--loglevel', 'warning'],
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0'],
    ...['--maxclients', '50000', '--client-output-buffer-limit', 'pubsub 256mb 64mb 60'],
  ];
}
