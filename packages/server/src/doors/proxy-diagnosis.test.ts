import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import { ProxyDiagnosis } from './proxy-diagnosis.ts';

const PROXY = '10.0.0.1';
let told: [string, Record<string, string>][];
let diagnosis: ProxyDiagnosis;
beforeEach(() => {
  told = [];
  diagnosis = new ProxyDiagnosis({
    isTrusted: (address) => address === PROXY,
    report: (finding, evidence) => void told.push([finding, evidence]),
  });
});

/** Shows a request to the diagnosis. */
function observe(from: string, headers: IncomingHttpHeaders, isSecure = false): void {
  const peer = { requestId: 'id', address: from, userAgent: '', isSecure };
  diagnosis.observe(request(headers, from), peer);
}

function request(headers: IncomingHttpHeaders, remoteAddress = '192.0.2.1'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

const ORIGIN = { origin: 'https://chat.example', host: 'chat.example' };

test.each([
  ['a proxy that is not trusted', '192.0.2.1', { 'x-forwarded-for': '203.0.113.9' }, 'set TRUST_PROXY'],
  ['a proxy that reports only the scheme', '192.0.2.1', { 'x-forwarded-proto': 'https' }, 'set TRUST_PROXY'],
  ['a trusted proxy without a client', PROXY, { origin: 'http://a' }, 'X-Forwarded-For'],
  ['a page by https over plain HTTP', '192.0.2.1', ORIGIN, 'X-Forwarded-Proto'],
])('names once, with the setting: %s', (_name, from, headers, words) => {
  for (let i = 0; i < 3; i++) observe(from, headers);
  expect(told.map(([finding]) => finding)).toEqual([expect.stringContaining(words)]);
});

test.each([
  ['a direct request', '192.0.2.1', {}, false],
  ['a health check of the proxy', PROXY, {}, false],
  ['a browser through a good proxy', PROXY, { ...ORIGIN, 'x-forwarded-for': '203.0.113.9' }, true],
  ['a browser without TLS', '192.0.2.1', { origin: 'http://a', host: 'a' }, false],
  ['a page of another site', '192.0.2.1', { ...ORIGIN, host: 'b' }, false],
])('says nothing of %s', (_name, from, headers, isSecure) => {
  observe(from, headers, isSecure);
  expect(told).toEqual([]);
});

test('names a refused origin and a lost upgrade, with what they came from', () => {
  diagnosis.originRefused(request(ORIGIN));
  diagnosis.upgradeMissing(request({ 'user-agent': 'nginx' }), 'the request has no Upgrade header');
  expect(told).toEqual([
    [expect.stringContaining('PUBLIC_URL'), { origin: 'https://chat.example', host: 'chat.example' }],
    [
      expect.stringContaining('Upgrade and Connection'),
      { from: '192.0.2.1', reason: 'the request has no Upgrade header', userAgent: 'nginx' },
    ],
  ]);
});

test('a stranger cannot fill the log', () => {
  for (let i = 0; i < 100; i++) observe(`192.0.2.${i}`, { 'x-forwarded-for': '203.0.113.9' });
  expect(told).toHaveLength(3);
});
