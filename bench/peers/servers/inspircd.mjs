// InspIRCd, a chat server in C++ that stores nothing. Its limits for abuse are lifted.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startServer } from '../../servers/process.mjs';
import { CONTENT } from '../load/plan.mjs';
import { clientsOf } from './websocket.mjs';

const PROGRAM = '/usr/sbin/inspircd';

/** @type {import('./peers.mjs').Peer} */
export const inspircd = {
  name: 'InspIRCd',
  stores: 'nothing',
  program: PROGRAM,
  packages: ['inspircd'],
  echoes: false,
  // Each sign-in waits for a timer of the server, so many run at the same time.
  opensAtOnce: 500,
  async start({ dir }) {
    const config = join(dir, 'inspircd.conf');
    const port = await freePort();
    await writeFile(config, configuration(port, dir));
    const commandLine = [PROGRAM, '--runasroot', '--nofork', '--nolog', '--config', config];
    const { pid, stop } = await startServer(() => commandLine, {}, null, port);
    return {
      ...{ port, pid, stop },
      join: async (count) =>
        clientsOf(count, (index) => ({
          steps: signIn(index, '#room'),
          message: `PRIVMSG #room :${CONTENT}\r\n`,
        })),
      idle: async (count, perRoom) =>
        clientsOf(count, (index) => ({ steps: signIn(index, `#room${Math.floor(index / perRoom)}`) })),
    };
  },
};

/**
 * @param {number} index
 * @param {string} channel
 */
function signIn(index, channel) {
  const nick = `u${String(index).padStart(5, '0')}`;
  return [
    { send: `NICK ${nick}\r\nUSER ${nick} 0 * :bench\r\n` },
    { wait: ' 001 ' },
    { send: `JOIN ${channel}\r\n` },
    { wait: ' 366 ' },
  ];
}

/**
 * @param {number} port
 * @param {string} dir
 */
function configuration(port, dir) {
  return `
<server name="irc.localhost" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@localhost">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect allow="*" timeout="60" pingfreq="600" limit="100000" localmax="100000" globalmax="100000" maxconnwarn="no"
  maxchans="100" fakelag="no" threshold="1000000" commandrate="100000000" recvq="1M" softsendq="32M" hardsendq="64M"
  resolvehostnames="no" useident="no">
<performance softlimit="100000" somaxconn="4096" netbuffersize="65534">
<options defaultmodes="nt">
<pid file="${dir}/inspircd.pid">
`;
}
