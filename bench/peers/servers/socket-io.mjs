// socket.io with one INSERT for each message, over WebSockets only.

import { fileURLToPath } from 'node:url';
import { clientFrame } from '../../load/frames.mjs';
import { startServer } from '../../servers/process.mjs';
import { CONTENT } from '../load/plan.mjs';
import { clientsOf, openWebSocket, say } from './websocket.mjs';

const folder = fileURLToPath(new URL('../socket-io', import.meta.url));
/** The packages of the server are apart from the project's own. Git ignores this folder. */
const packages = fileURLToPath(new URL('../../../.cache/socket-io', import.meta.url));

/** @type {import('./peers.mjs').Peer} */
export const socketIo = {
  name: 'socket.io + INSERT',
  stores: 'PostgreSQL, 10 at once, order not kept',
  usesPostgres: true,
  program: `${packages}/node_modules/socket.io/package.json`,
  npm: { manifest: folder, into: packages },
  echoes: true,
  opensAtOnce: 32,
  async start({ createDatabase }) {
    const env = { DATABASE_URL: await createDatabase(), PACKAGES: packages };
    const commandLine = [process.execPath, `${folder}/server.mjs`];
    const { port, pid, stop } = await startServer(() => commandLine, env, null);
    const message = clientFrame(`42["message","${CONTENT}"]`);
    return {
      ...{ port, pid, stop },
      join: async (count) => clientsOf(count, () => ({ steps: joined(port, 'room'), message })),
      idle: async (count, perRoom) =>
        clientsOf(count, (index) => ({ steps: joined(port, `room${Math.floor(index / perRoom)}`) })),
    };
  },
};

/**
 * Opens the transport, then the namespace, and joins a room. The server confirms each.
 * @param {number} port
 * @param {string} room
 */
function joined(port, room) {
  return [
    ...openWebSocket({ port, path: '/socket.io/?EIO=4&transport=websocket' }),
    { wait: '0{' },
    say('40'),
    { wait: '40{' },
    say(`420["join","${room}"]`),
    { wait: '430[' },
  ];
}
