import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveRoutes, type TestRoutes } from '../../test/harness/routes.ts';
import { createPage, loadPage } from './page.ts';

const HTML = `<!doctype html><title>banter</title>${'<p>tea</p>'.repeat(100)}`;
const SCRIPT = 'export const tea = true;\n'.repeat(100);

let folder: string;
let routes: TestRoutes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banter-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), HTML);
  await writeFile(join(folder, 'assets', 'main-abc123.js'), SCRIPT);
  await writeFile(join(folder, 'font.woff2'), Buffer.from([1, 2, 3]));
  await writeFile(join(folder, 'odd.xyz'), 'odd');
  const files = await loadPage(folder);
  routes = await serveRoutes((app) => void app.get('*', createPage(files)));
});
afterAll(async () => {
  await routes.close();
  await rm(folder, { recursive: true });
});

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; bytes: Buffer };

/** Sends a request with exactly these headers, and returns the response without decompressing it. */
function get(path: string, headers: Record<string, string> = {}, url = routes.url): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

test("an invitation's link opens the page, and other paths near it are not found", async () => {
  for (const path of ['/join/Zx_9-abc', '/join/Zx_9-abc/']) {
    const { status, bytes } = await get(path, { 'Accept-Encoding': 'identity' });
    expect([path, status, bytes.toString()]).toEqual([path, 200, HTML]);
  }
  for (const path of ['/join', '/join/', '/join/a/b', '/join/a//', '/joined/a']) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
});

describe('the encoding', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.000, gzip', 'gzip'],
    ['br ; q=0, gzip', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['GZIP', 'gzip'],
    ['x-br, gzipped', undefined],
  ])('for Accept-Encoding %j is %j', async (accepted, encoding) => {
    const { headers, bytes } = await get('/', accepted === undefined ? {} : { 'Accept-Encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('Accept-Encoding');
    const plain =
      encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    expect(plain.toString()).toBe(HTML);
  });

  test('is not used for a format that is compressed already', async () => {
    const { headers, bytes } = await get('/font.woff2', { 'Accept-Encoding': 'br, gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect([...bytes]).toEqual([1, 2, 3]);
  });
});

describe('a file', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/main-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/font.woff2', 'font/woff2', 'no-cache'],
    ['/odd.xyz', 'application/octet-stream', 'no-cache'],
  ])('%s has the type %s and the cache rule %s', async (path, type, cache) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, cache]);
  });

  test('that the browser has is not sent again', async () => {
    const { headers } = await get('/');
    const etag = String(headers.etag);
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/', { 'If-None-Match': known });
      expect([known, again.status, again.bytes.length]).toEqual([known, 304, 0]);
      expect(again.headers.etag).toBe(etag);
    }
    expect((await get('/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test.each([
    '/absent',
    '/assets',
    '/assets/',
    '/../package.json',
    '/%2e%2e/package.json',
    '/index.html/',
    '//',
  ])('that does not exist is not found: %s', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

test('without a built page, the root says how to build it', async () => {
  const files = await loadPage(join(folder, 'absent'));
  const bare = await serveRoutes((app) => void app.get('*', createPage(files)));
  expect((await get('/', {}, bare.url)).bytes.toString()).toContain('make build');
  expect((await get('/main.js', {}, bare.url)).status).toBe(404);
  await bare.close();
});
