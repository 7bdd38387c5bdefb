import { createServer } from 'node:net';
import { expect, inject, it } from 'vitest';
import { checkServer, describeServer, problemsOf, type ServerFacts } from './server-check.ts';

const SOUND: ServerFacts = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  server_encoding: 'UTF8',
  is_standby: false,
  transaction_read_only: 'off',
  pg_trgm: 'yes',
};

it('a server that meets all requirements passes', async () => {
  await expect(checkServer(inject('serverUrl'))).resolves.toBeUndefined();
});

it('an error about an unreachable server names DATABASE_URL, and not the password', async () => {
  const url = 'postgres://someone:hunter2hunter2@127.0.0.1:1/banter';
  await expect(checkServer(url)).rejects.toThrow(
    /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1\/banter cannot be reached \(/,
  );
  await expect(checkServer(url)).rejects.not.toThrow(/hunter2/);
});

it('a server older than 15 is rejected', async () => {
  const old = await startOldServer();
  await expect(checkServer(`postgres://someone@127.0.0.1:${old.port}/banter`)).rejects.toThrow(
    'is older than PostgreSQL 15',
  );
  old.close();
});

it.each([
  ['fsync', 'off', /^has fsync=off: .*ALTER SYSTEM SET fsync = on/],
  ['full_page_writes', 'off', /^has full_page_writes=off: .*ALTER SYSTEM SET full_page_writes = on/],
  ['synchronous_commit', 'local', /^has synchronous_commit=local: .*pooler/],
  ['server_encoding', 'SQL_ASCII', /^has server_encoding=SQL_ASCII: .*TEMPLATE template0/],
  ['transaction_read_only', 'on', /^has transaction_read_only=on: .*default_transaction_read_only = off/],
  ['pg_trgm', 'missing', /^has pg_trgm=missing: .*install the contrib package/],
  ['pg_trgm', 'forbidden', /^has pg_trgm=forbidden: .*CREATE EXTENSION pg_trgm/],
])('%s=%s is rejected by name, with what to do', (name, value, line) => {
  expect(problemsOf(SOUND)).toEqual([]);
  expect(problemsOf({ ...SOUND, [name]: value })).toEqual([expect.stringMatching(line)]);
});

it('an error lists everything that is wrong; for a standby, only that it is one', () => {
  expect(problemsOf({ ...SOUND, fsync: 'off', full_page_writes: 'off' })).toHaveLength(2);
  const standby = { ...SOUND, is_standby: true, transaction_read_only: 'on' };
  expect(problemsOf(standby)).toEqual([expect.stringMatching(/^is a standby.*point to the primary/)]);
});

it('a server on a local socket is described by the folder of the socket', () => {
  expect(describeServer('postgres://%2Ftmp%2Fpg/banter')).toBe('PostgreSQL at /tmp/pg/banter');
});

/** Speaks just enough of PostgreSQL's protocol (v3) to report version 14. */
async function startOldServer(): Promise<{ port: number; close(): void }> {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const text = Buffer.from('00000000000000000019ffffffffffff0000', 'hex');
  const column = Buffer.concat([Buffer.from('\0\x01server_version_num\0'), text]);
  const row = Buffer.from('\0\x01\0\0\0\x06140012');
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.on('data', (data) => {
        if (data[0] !== 'Q'.charCodeAt(0)) return socket.end();
        const answer = [message('T', column), message('D', row), message('C', Buffer.from('SHOW\0')), ready];
        return socket.write(Buffer.concat(answer));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
}
