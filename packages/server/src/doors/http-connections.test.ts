import { Duplex } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { HttpConnections } from './http-connections.ts';

const BANNED = '203.0.113.9';
const isBanned = (address: string) => address === BANNED;

let connections: HttpConnections;
beforeEach(() => {
  connections = new HttpConnections();
});

function connect(address: string): Duplex {
  const socket = new Duplex({ read() {}, write() {} });
  connections.add(socket, address);
  return socket;
}

test('[G7] the idle connections of a banned address are cut, and no others', () => {
  const [banned, other] = [connect(BANNED), connect('203.0.113.8')];
  connections.cut(isBanned);
  expect([banned.destroyed, other.destroyed]).toEqual([true, false]);
});

test('[G7] a connection of a proxy is cut only while it carries a request of a banned address', () => {
  const proxy = connect('127.0.0.1');
  const endRequest = connections.beginRequest(proxy, BANNED);
  endRequest();
  connections.cut(isBanned);
  expect(proxy.destroyed).toBe(false);
  connections.beginRequest(proxy, BANNED);
  connections.cut(isBanned);
  expect(proxy.destroyed).toBe(true);
});

test('[G7] a connection that became a socket or stream is left to the watch', () => {
  const upgraded = connect(BANNED);
  connections.release(upgraded);
  connections.beginRequest(upgraded, BANNED)();
  connections.cut(isBanned);
  expect(upgraded.destroyed).toBe(false);
});
