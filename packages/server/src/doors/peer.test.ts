import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { createIdentify, createOriginCheck } from './peer.ts';

const NEW_ID = 'made-by-the-server';
const PROXY = '10.0.0.1';

type Source = { from: string | undefined; headers?: IncomingHttpHeaders; trust?: string };

/** A request with the parts that peers are read from. */
function request(headers: IncomingHttpHeaders, remoteAddress?: string): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function identify({ from, headers = {}, trust = '10.0.0.0/8, fd00::/8' }: Source) {
  const { trustedProxies } = loadConfig({ TRUST_PROXY: trust });
  return createIdentify({ trustedProxies, newId: () => NEW_ID })(request(headers, from));
}

describe('the address', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9' };

  test.each([
    ['of a direct peer is that of its socket', { from: '198.51.100.7' }, '198.51.100.7'],
    ['of a direct IPv6 peer is that of its socket', { from: '2001:db8::1' }, '2001:db8::1'],
    ['is unwrapped when it is IPv4 in IPv6', { from: '::ffff:198.51.100.7' }, '198.51.100.7'],
    [
      'is not taken from the header of an untrusted peer',
      { from: '198.51.100.7', headers: forwarded },
      '198.51.100.7',
    ],
    [
      'is never taken from a header with TRUST_PROXY off',
      { from: PROXY, headers: forwarded, trust: 'off' },
      PROXY,
    ],
    ['is taken from the header of a trusted proxy', { from: PROXY, headers: forwarded }, '203.0.113.9'],
    [
      'is taken from the header of a trusted proxy in wrapped IPv4',
      { from: `::ffff:${PROXY}`, headers: forwarded },
      '203.0.113.9',
    ],
    [
      'is taken from the header of a trusted IPv6 proxy',
      { from: 'fd00::1', headers: forwarded },
      '203.0.113.9',
    ],
    ['is the proxy’s own without a header', { from: PROXY }, PROXY],
    ['is empty after the connection was cut', { from: undefined }, ''],
  ] as [string, Source, string][])('%s', (_name, source, address) => {
    expect(identify(source).address).toBe(address);
  });

  test.each([
    ['the nearest that is not a proxy', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['never one before the proxy’s own entry', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['never one before a forged proxy', '10.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['unwrapped from IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ['an IPv6 address', '2001:db8::9', '2001:db8::9'],
    ['the proxy’s own if all are proxies', '10.1.1.1, 10.2.2.2', PROXY],
    ['the proxy’s own if the nearest is not an address', '203.0.113.9, unknown', PROXY],
    ['the proxy’s own if a name is nearest', '203.0.113.9, _hidden', PROXY],
    ['the proxy’s own if there are only commas', ' , ,', PROXY],
    ['the nearest that is not empty', '203.0.113.9, ,', '203.0.113.9'],
    ['without its port', '203.0.113.9:41234', '203.0.113.9'],
    ['without brackets', '[2001:db8::9]', '2001:db8::9'],
    ['without brackets and port', '[2001:DB8::9]:41234', '2001:db8::9'],
    ['without quotes', '"[2001:db8::9]:41234"', '2001:db8::9'],
    ['in one form', '2001:DB8:0::9', '2001:db8::9'],
    ['never cut: the last group is no port', '2001:db8::9:4123', '2001:db8::9:4123'],
    ['unwrapped from IPv6 in hexadecimal', '[::FFFF:CB00:7109]:80', '203.0.113.9'],
    ['without its zone', 'fe80::9%eth0', 'fe80::9'],
    ['past a proxy with a port', '203.0.113.9, 10.9.9.9:443', '203.0.113.9'],
    ['the proxy’s own if the port is none', '203.0.113.9:port', PROXY],
    ['the proxy’s own if a bracket is open', '[2001:db8::9', PROXY],
    ['the proxy’s own if the header is markup', '<script>', PROXY],
  ])('from a chain is %s', (_name, chain, address) => {
    expect(identify({ from: PROXY, headers: { 'x-forwarded-for': chain } }).address).toBe(address);
  });
});

test('`Forwarded` and other headers of proxies are not read', () => {
  const headers = { forwarded: 'for=203.0.113.9;proto=https', 'x-real-ip': '203.0.113.9' };
  expect(identify({ from: PROXY, headers })).toMatchObject({ address: PROXY, isSecure: false });
});

describe('the request id', () => {
  const given = 'edge-7.f00d_cafe';

  test('is accepted from a trusted proxy', () => {
    expect(identify({ from: PROXY, headers: { 'x-request-id': given } }).requestId).toBe(given);
  });

  test('is new for every other peer', () => {
    expect(identify({ from: '198.51.100.7', headers: { 'x-request-id': given } }).requestId).toBe(NEW_ID);
    expect(identify({ from: PROXY }).requestId).toBe(NEW_ID);
  });

  test.each(['short', 'x'.repeat(65), 'has space', 'line\nfeed-in-it', '{"json":true}', ''])(
    'from a trusted proxy is replaced if it is %j',
    (id) => {
      expect(identify({ from: PROXY, headers: { 'x-request-id': id } }).requestId).toBe(NEW_ID);
    },
  );
});

describe('the scheme', () => {
  test.each([
    ['https from a trusted proxy', PROXY, 'https', true],
    ['http from a trusted proxy', PROXY, 'http', false],
    ['the first of a list from a trusted proxy', PROXY, 'https,http', true],
    ['only the first of a list', PROXY, 'http, https', false],
    ['capitals from a trusted proxy', PROXY, 'HTTPS', true],
    ['wss from a trusted proxy', PROXY, 'wss', true],
    ['https in quotes', PROXY, '"https"', true],
    ['another word', PROXY, 'https2', false],
    ['an empty first element', PROXY, ', https', false],
    ['https from an untrusted peer', '198.51.100.7', 'https', false],
    ['no header', PROXY, undefined, false],
  ])('is read from %s: %s %s -> %s', (_name, from, proto, isSecure) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto };
    expect(identify({ from, headers }).isSecure).toBe(isSecure);
  });
});

test('the user agent is passed on, and empty without a header', () => {
  expect(identify({ from: PROXY, headers: { 'user-agent': 'curl/8' } }).userAgent).toBe('curl/8');
  expect(identify({ from: PROXY }).userAgent).toBe('');
});

describe('[A1] an Origin', () => {
  const check = (allowed: string[], headers: IncomingHttpHeaders) =>
    createOriginCheck(new Set(allowed))(request(headers));
  const host = 'chat.example.net';
  const own = ['https://chat.example.net'];

  test.each([
    ['none, as in a script’s request', undefined],
    ['the requested host over http', `http://${host}`],
    ['the requested host over https', `https://${host}`],
  ])('passes without a list: %s', (_name, origin) => {
    expect(check([], { host, ...(origin === undefined ? {} : { origin }) })).toBe(true);
  });

  test.each([
    ['null, as in sandboxed pages', 'null'],
    ['empty', ''],
    ['another host', 'https://evil.example'],
    ['a host that begins with ours', `https://${host}.evil.example`],
    ['a host that ends with ours', `https://evil-${host}`],
    ['a subdomain', `https://sub.${host}`],
    ['another port', `https://${host}:8443`],
    ['another scheme', `ftp://${host}`],
    ['a path', `https://${host}/`],
    ['another case', 'HTTPS://CHAT.EXAMPLE.NET'],
    ['a person before the host', `https://${host}@evil.example`],
    ['a list', `https://${host}, https://evil.example`],
  ])('is rejected, with and without a list: %s', (_name, origin) => {
    expect(check([], { host, origin })).toBe(false);
    expect(check(own, { host, origin })).toBe(false);
  });

  test('passes if it is in the list, whatever host was requested', () => {
    expect(check(own, { host: 'inside:8080', origin: 'https://chat.example.net' })).toBe(true);
  });

  test('is rejected if it is not in the list, even if it is the requested host', () => {
    expect(check(own, { host: 'rebound.example', origin: 'https://rebound.example' })).toBe(false);
  });

  test('is rejected if the request has no Host', () => {
    expect(check([], { origin: 'http://undefined' })).toBe(false);
  });
});
