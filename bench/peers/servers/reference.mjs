// The reference programs of REFERENCE, which are built elsewhere: see bench/README.md.

import { clientFrame } from '../../load/frames.mjs';
import { startFloor, startReferenceHub } from '../../servers/reference.mjs';
import { CONTENT } from '../load/plan.mjs';
import { clientsOf, openWebSocket } from './websocket.mjs';

/**
 * Returns the reference servers as peers.
 * @param {string} folder
 * @returns {import('./peers.mjs').Peer[]}
 */
export function referencePeers(folder) {
  return [
    {
      name: 'hub + INSERT',
      stores: 'PostgreSQL, one commit for each message',
      usesPostgres: true,
      program: `${folder}/hub`,
      echoes: true,
      opensAtOnce: 32,
      start: async ({ createDatabase }) => plain(await startReferenceHub(folder, await createDatabase())),
    },
    {
      name: 'floor',
      stores: 'nothing',
      program: `${folder}/floor`,
      echoes: true,
      opensAtOnce: 32,
      start: async () => plain(await startFloor(folder)),
    },
  ];
}

/**
 * Everybody is in one room, and content is a frame as it is.
 * @param {import('../../servers/reference.mjs').ReferenceServer} server
 * @returns {import('./peers.mjs').PeerServer}
 */
function plain({ target, stop }) {
  const clients = (/** @type {number} */ count) =>
    clientsOf(count, () => ({ steps: openWebSocket(target), message: clientFrame(CONTENT) }));
  return {
    ...{ port: target.port, pid: target.serverPid, stop },
    join: async (count) => clients(count),
    idle: async (count) => clients(count),
  };
}
