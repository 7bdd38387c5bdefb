/** Serves the page: the files that Vite built, read once at the start and kept in memory, compressed. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Handler } from 'hono';
import type { HttpEnv } from './context.ts';
import { notFound } from './problem.ts';

/** One file, in every encoding it is served in. */
export type PageFile = {
  type: string;
  etag: string;
  isImmutable: boolean;
  forms: { [K in Encoding]?: Uint8Array<ArrayBuffer> };
};
type Encoding = 'identity' | 'gzip' | 'br';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
/** These formats are compressed already. */
const INCOMPRESSIBLE = new Set(['.woff2', '.png', '.ico']);
/** The folder of files whose names hold a hash of their content. */
const HASHED = '/assets/';
const ENCODINGS: readonly Encoding[] = ['br', 'gzip', 'identity'];
const YEAR_SECONDS = 31_536_000;
/** The paths that open the page: the root, and an invitation's link, also with a slash after it. */
const ENTRANCE = /^\/(?:join\/[^/]+\/?)?$/;

/** Reads the folder of a built page. @returns its files by URL path; empty when the folder does not exist. */
export async function loadPage(folder: string): Promise<Map<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => [urlOf(folder, path), await load(path)] as const),
  );
  return new Map(files.map(([url, file]) => [url, { ...file, isImmutable: url.startsWith(HASHED) }]));
}

/** Creates the handler that serves the files, and answers not_found for any other path. */
export function createPage(files: ReadonlyMap<string, PageFile>): Handler<HttpEnv> {
  return (c) => {
    const isEntrance = ENTRANCE.test(c.req.path);
    const file = files.get(isEntrance ? '/index.html' : c.req.path);
    if (!file)
      return files.size > 0 || !isEntrance ? notFound(c) : c.text('The page is not built: run make build.\n');
    c.header('ETag', file.etag);
    c.header('Cache-Control', file.isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    c.header('Vary', 'Accept-Encoding');
    if (isKnown(c.req.header('If-None-Match') ?? '', file.etag)) return c.body(null, 304);
    const { encoding, bytes } = pickForm(file, c.req.header('Accept-Encoding') ?? '');
    if (encoding !== 'identity') c.header('Content-Encoding', encoding);
    // The response writes the shared bytes themselves: a body of Hono would copy them for each answer.
    c.env.takeOver = (response) => void response.end(bytes);
    return c.body(null, 200, { 'Content-Type': file.type, 'Content-Length': String(bytes.length) });
  };
}

/** Returns whether createPage answers a path, and not with not_found. */
export function hasPage(files: ReadonlyMap<string, PageFile>, path: string): boolean {
  return ENTRANCE.test(path) || files.has(path);
}

function urlOf(folder: string, path: string): string {
  return `/${relative(folder, path).split(sep).join('/')}`;
}

async function load(path: string): Promise<Omit<PageFile, 'isImmutable'>> {
  const identity = new Uint8Array(await readFile(path));
  const extension = extname(path);
  const etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
  const type = TYPES[extension] ?? 'application/octet-stream';
  if (INCOMPRESSIBLE.has(extension)) return { type, etag, forms: { identity } };
  const [gz, br] = await Promise.all([promisify(gzip)(identity), promisify(brotliCompress)(identity)]);
  return { type, etag, forms: { identity, gzip: new Uint8Array(gz), br: new Uint8Array(br) } };
}

/** Tells whether an If-None-Match header names this etag. A proxy may have made it weak (RFC 9110 13.1.2). */
function isKnown(header: string, etag: string): boolean {
  return header.split(',').some((item) => ['*', etag, `W/${etag}`].includes(item.trim()));
}

function pickForm(file: PageFile, accepted: string): { encoding: Encoding; bytes: Uint8Array<ArrayBuffer> } {
  for (const encoding of ENCODINGS) {
    const bytes = file.forms[encoding];
    if (bytes && (encoding === 'identity' || accepts(accepted, encoding))) return { encoding, bytes };
  }
  throw new Error('a page file has no uncompressed form');
}

function accepts(header: string, encoding: Encoding): boolean {
  return header.split(',').some((item) => {
    const [name, weight = ''] = item.trim().split(';');
    return name?.trim().toLowerCase() === encoding && !/^\s*q=0(\.0*)?$/.test(weight);
  });
}
