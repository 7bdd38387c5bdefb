/** The page's files over HTTP: caching, compression and paths. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';

describe('the page', () => {
  const script = `console.log(${JSON.stringify('banter '.repeat(500))});`;
  let folder: string;
  let paged: TestApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banter-page-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>banter</title>');
    await writeFile(join(folder, 'assets', 'main-1a2b3c.js'), script);
    paged = await startApp({ pageDir: folder });
  });
  afterAll(async () => {
    await paged.close();
    await rm(folder, { recursive: true });
  });

  it('is revalidated each time, and not sent again while unchanged', async () => {
    const { status, headers } = await ask(paged, 'GET', '/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('no-cache');
    const etag = headers.get('etag') ?? '';
    const again = await ask(paged, 'GET', '/', { headers: { 'if-none-match': etag } });
    expect([again.status, again.body]).toEqual([304, '']);
    const other = await ask(paged, 'GET', '/', { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['identity', undefined],
  ])(
    'sends scripts with an unlimited lifetime, in the encoding that %s accepts',
    async (accepted, encoding) => {
      const { headers, bytes } = await rawGet(paged, '/assets/main-1a2b3c.js', accepted);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers.vary).toContain('Accept-Encoding');
      if (encoding) expect(bytes).toBeLessThan(script.length / 4);
      else expect(bytes).toBe(script.length);
    },
  );

  it('serves nothing outside of its folder', async () => {
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets', '/nothing.js']) {
      expect([path, (await rawGet(paged, path, 'identity')).status]).toEqual([path, 404]);
    }
  });
});

type RawAnswer = { status: number; headers: Record<string, unknown>; bytes: number };

/** Sends a request whose path and encoding are not normalised. */
function rawGet({ url }: { url: string }, path: string, accepted: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, headers: { 'accept-encoding': accepted } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
