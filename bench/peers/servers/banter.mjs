// banter, as the comparison sees it. Ten people share the sockets.

import { clientFrame } from '../../load/frames.mjs';
import { startBanter } from '../../servers/banter.mjs';
import { CONTENT, ID } from '../load/plan.mjs';
import { clientsOf, openWebSocket, say } from './websocket.mjs';

const ACCOUNTS = 10;

/** @type {import('./peers.mjs').Peer} */
export const banter = {
  name: 'banter',
  stores: 'PostgreSQL, one commit for each group of messages',
  usesPostgres: true,
  program: process.execPath,
  hasArchive: true,
  echoes: true,
  opensAtOnce: 32,
  async start({ mainDatabase }) {
    const server = await startBanter(mainDatabase);
    const { target, stop } = server;
    /** The last room that was joined, and its people. */
    let last = { id: 0, tokens: [''] };
    /** @param {number} index @param {{ tokens: string[], roomId: number | undefined, after?: number }} room */
    const follow = (index, { tokens, ...room }) => [
      ...openWebSocket(target),
      say(JSON.stringify({ op: 'hello', token: tokens[index % ACCOUNTS], rooms: [room] })),
      { wait: target.readyText ?? '' },
    ];
    return {
      ...{ port: target.port, pid: target.serverPid, stop },
      async join(count) {
        const tokens = await server.createAccounts(ACCOUNTS);
        const { id } = await createRoom(server, tokens);
        last = { id, tokens };
        const message = clientFrame(`{"op":"send","id":"bench-${ID}","roomId":${id},"content":"${CONTENT}"}`);
        return clientsOf(count, (index) => ({ steps: follow(index, { tokens, roomId: id }), message }));
      },
      async idle(count, perRoom) {
        const tokens = await server.createAccounts(ACCOUNTS);
        /** @type {number[]} */
        const ids = [];
        for (let at = 0; at < count; at += perRoom) ids.push((await createRoom(server, tokens)).id);
        return clientsOf(count, (index) => ({
          steps: follow(index, { tokens, roomId: ids[Math.floor(index / perRoom)] }),
        }));
      },
      async catchUp(count, events) {
        const { id, tokens } = last;
        const after = (await server.headOf(tokens[0] ?? '', id)) - events;
        return clientsOf(count, (index) => ({ steps: follow(index, { tokens, roomId: id, after }) }));
      },
    };
  },
};

/**
 * @param {import('../../servers/banter.mjs').Banter} server
 * @param {string[]} tokens
 */
function createRoom(server, [owner = '', ...others]) {
  return server.createRoom(owner, others);
}
