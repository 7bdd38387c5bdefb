import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { flawOf } from './request-flaws.ts';

/** Returns the flaw of a request with these header lines, as Node reads them; null without one. */
function flaw(lines: [string, string][], { url = '/v1/me', minor = 1 } = {}): string | null {
  const host = lines.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const request = {
    url,
    httpVersionMajor: 1,
    httpVersionMinor: minor,
    rawHeaders: lines.flat(),
    headers: host === undefined ? {} : { host },
  };
  return flawOf(request as unknown as IncomingMessage)?.message ?? null;
}

describe('[L6] a header that a request may have once', () => {
  test.each([
    'Host',
    'AUTHORIZATION',
    'content-type',
    'Content-Length',
    'Origin',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Version',
  ])('is not read twice: %s', (name) => {
    const host: [string, string] = ['Host', 'a.example'];
    const first: [string, string] = [name, 'a.example'];
    const lines = name === 'Host' ? [first] : [host, first];
    expect(flaw(lines)).toBeNull();
    // Also if both are equal, and whatever the case of the second.
    expect(flaw([...lines, ['Accept', '*/*'], [name.toLowerCase(), 'a.example']])).toContain(`send one`);
  });

  test('differs from lists, which may have several lines', () => {
    const lines = ['Accept', 'Cookie', 'X-Forwarded-For', 'Connection', 'Via'].flatMap((name) => [
      [name, 'a'] as [string, string],
      [name, 'b'] as [string, string],
    ]);
    expect(flaw([['Host', 'a.example'], ...lines])).toBeNull();
  });
});

describe('[L6] a Host', () => {
  test.each([
    'a.example',
    'A.example:8080',
    '127.0.0.1',
    '[::1]:8080',
    '[2001:db8::7]',
    'banter',
    'x_y.local',
    '',
  ])('passes: %j', (host) => expect(flaw([['Host', host]])).toBeNull());

  test.each([
    'a b',
    'a,b',
    'user@a.example',
    'a.example/x',
    'a.example:x',
    '[::1',
    '::1',
    'a?b',
    'a#b',
    '<a>',
    'a\\b',
  ])('is no host: %j', (host) => expect(flaw([['Host', host]])).toContain('Host header'));

  test('may be missing only before HTTP/1.1', () => {
    expect(flaw([])).toContain('send a Host');
    expect(flaw([], { minor: 0 })).toBeNull();
  });
});

test('[L6] a target that is a whole URL names the same host', () => {
  const host: [string, string][] = [['Host', 'a.example']];
  expect(flaw(host, { url: 'http://a.example/v1/me' })).toBeNull();
  expect(flaw(host, { url: 'http://A.example:80/v1/me' })).toBeNull();
  for (const url of ['http://b.example/', 'http://a.example:81/', 'http://a.example@b.example/'])
    expect(flaw(host, { url })).toContain('same host');
  for (const url of ['', '*', 'v1/me', 'ftp://a.example/', 'http://', 'http://['])
    expect(flaw(host, { url })).toContain('path');
});

test.each(['99999999999999999999', 'a.example:99999', '[:::]', '1.2.3.4.5', 'xn--'])(
  '[L6] a Host that cannot be in a URL is refused: %s',
  (host) => {
    for (const url of ['/v1/me', 'http://a.example/v1/me'])
      expect(flaw([['Host', host]], { url })).toContain('must be a host name');
  },
);
