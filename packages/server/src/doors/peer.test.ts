import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { createIdentify, createOriginCheck } from './peer.ts';

const MADE_ID = 'made-by-the-server';
const PROXY = '10.0.0.1';

type Asked = { from: string | undefined; headers?: IncomingHttpHeaders; trust?: string };

/** A request as far as peers are read from it. */
function request(headers: IncomingHttpHeaders, remoteAddress?: string): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function identify({ from, headers = {}, trust = '10.0.0.0/8, fd00::/8' }: Asked) {
  const { trustedProxies } = loadConfig({ TRUST_PROXY: trust });
  return createIdentify({ trustedProxies, newId: () => MADE_ID })(request(headers, from));
}

describe('the address of a peer', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9' };

  test.each([
    ['that comes straight is its own', { from: '198.51.100.7' }, '198.51.100.7'],
    ['in IPv6 is its own', { from: '2001:db8::1' }, '2001:db8::1'],
    ['in IPv4 wrapped in IPv6 is unwrapped', { from: '::ffff:198.51.100.7' }, '198.51.100.7'],
    ['is not what a stranger claims', { from: '198.51.100.7', headers: forwarded }, '198.51.100.7'],
    [
      'is not what anyone claims with TRUST_PROXY off',
      { from: PROXY, headers: forwarded, trust: 'off' },
      PROXY,
    ],
    ['is what a trusted proxy tells', { from: PROXY, headers: forwarded }, '203.0.113.9'],
    [
      'is what a trusted proxy tells over wrapped IPv4',
      { from: `::ffff:${PROXY}`, headers: forwarded },
      '203.0.113.9',
    ],
    ['is what a trusted IPv6 proxy tells', { from: 'fd00::1', headers: forwarded }, '203.0.113.9'],
    ['is the proxy’s own when it tells nothing', { from: PROXY }, PROXY],
    ['of a cut connection is empty', { from: undefined }, ''],
  ] as [string, Asked, string][])('%s', (_what, asked, address) => {
    expect(identify(asked).address).toBe(address);
  });

  test.each([
    ['the nearest that is no proxy', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['not what was written before the proxy’s own entry', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['not a forged proxy further out', '10.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['unwrapped from IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ['an IPv6 address', '2001:db8::9', '2001:db8::9'],
    ['the proxy’s own when all are proxies', '10.1.1.1, 10.2.2.2', PROXY],
    ['the proxy’s own when the nearest is no address', '203.0.113.9, unknown', PROXY],
    ['the proxy’s own when the nearest is empty', '203.0.113.9,', PROXY],
    ['the proxy’s own when it is markup', '<script>', PROXY],
  ])('out of a chain is %s', (_what, chain, address) => {
    expect(identify({ from: PROXY, headers: { 'x-forwarded-for': chain } }).address).toBe(address);
  });
});

describe('the request id', () => {
  const given = 'edge-7.f00d_cafe';

  test('is taken from a trusted proxy', () => {
    expect(identify({ from: PROXY, headers: { 'x-request-id': given } }).requestId).toBe(given);
  });

  test('is made for everyone else', () => {
    expect(identify({ from: '198.51.100.7', headers: { 'x-request-id': given } }).requestId).toBe(MADE_ID);
    expect(identify({ from: PROXY }).requestId).toBe(MADE_ID);
  });

  test.each(['short', 'x'.repeat(65), 'has space', 'line\nfeed-in-it', '{"json":true}', ''])(
    'of a trusted proxy is replaced when it is %j',
    (id) => {
      expect(identify({ from: PROXY, headers: { 'x-request-id': id } }).requestId).toBe(MADE_ID);
    },
  );
});

describe('a secure connection', () => {
  test.each([
    ['https of a trusted proxy', PROXY, 'https', true],
    ['http of a trusted proxy', PROXY, 'http', false],
    ['HTTPS in a list of a trusted proxy', PROXY, 'https, http', false],
    ['https of a stranger', '198.51.100.7', 'https', false],
    ['nothing', PROXY, undefined, false],
  ])('is told by %s: %s %s -> %s', (_what, from, proto, isSecure) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto };
    expect(identify({ from, headers }).isSecure).toBe(isSecure);
  });
});

test('the user agent is passed on, and empty when there is none', () => {
  expect(identify({ from: PROXY, headers: { 'user-agent': 'curl/8' } }).userAgent).toBe('curl/8');
  expect(identify({ from: PROXY }).userAgent).toBe('');
});

describe('[A1] an origin', () => {
  const check = (allowed: string[], headers: IncomingHttpHeaders) =>
    createOriginCheck(new Set(allowed))(request(headers));
  const host = 'chat.example.net';
  const own = ['https://chat.example.net'];

  test.each([
    ['none, as from a script', undefined],
    ['the host that was asked for over http', `http://${host}`],
    ['the host that was asked for over https', `https://${host}`],
  ])('without a list is allowed: %s', (_what, origin) => {
    expect(check([], { host, ...(origin === undefined ? {} : { origin }) })).toBe(true);
  });

  test.each([
    ['null, of sandboxed pages', 'null'],
    ['empty', ''],
    ['another host', 'https://evil.example'],
    ['a host with ours in front', `https://${host}.evil.example`],
    ['a host with ours behind', `https://evil-${host}`],
    ['a subdomain', `https://sub.${host}`],
    ['another port', `https://${host}:8443`],
    ['another scheme', `ftp://${host}`],
    ['a path', `https://${host}/`],
    ['another case', 'HTTPS://CHAT.EXAMPLE.NET'],
    ['a person before the host', `https://${host}@evil.example`],
    ['a list', `https://${host}, https://evil.example`],
  ])('is refused, with a list and without: %s', (_what, origin) => {
    expect(check([], { host, origin })).toBe(false);
    expect(check(own, { host, origin })).toBe(false);
  });

  test('out of the list is allowed, whatever host was asked for', () => {
    expect(check(own, { host: 'inside:8080', origin: 'https://chat.example.net' })).toBe(true);
  });

  test('outside of the list is refused, even when it is the host that was asked for', () => {
    expect(check(own, { host: 'rebound.example', origin: 'https://rebound.example' })).toBe(false);
  });

  test('with a request that names no host is refused', () => {
    expect(check([], { origin: 'http://undefined' })).toBe(false);
  });
});
