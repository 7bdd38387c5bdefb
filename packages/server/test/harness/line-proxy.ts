/** A proxy between two programs. It can cut connections at a chosen moment, make them half-open, or slow them down. */

import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** The proxy. A line is one proxied connection. */
export type LineProxy = {
  /** The server's URL through this proxy. */
  url: string;
  /** Cuts a connection the next time its client sends `text`. The text reaches the server, but no response comes back. */
  cutAfter(text: string): void;
  /** Makes the open connections half-open: no bytes pass, not even their end. New connections work. */
  fallSilent(): SilentLines;
  /** Sets the bytes per second that each client gets; null for no limit. */
  setPace(bytesPerSecond: number | null): void;
  /** The number of working connections. */
  readonly size: number;
  /** Closes the proxy and all connections. */
  close(): Promise<void>;
};

/** Half-open connections. */
export type SilentLines = {
  readonly count: number;
  /** The number of connections that one end has closed. */
  readonly givenUp: number;
  /** Tells whether a client still sent something on a connection after it had waited this long for a response. */
  usedAfter(unansweredMs: number): boolean;
  /** Closes the connections at both ends. */
  cut(): void;
};

type Line = {
  client: Socket;
  server: Socket;
  isSilent: boolean;
  /** The first and last time at which the client sent something on the half-open connection. */
  firstAskedAt: number | null;
  lastAskedAt: number;
  isGivenUp: boolean;
  /** True while a chunk is passed to the client in slices. */
  isTrickling: boolean;
};

const SLICE_MS = 50;
const SECOND_MS = 1_000;

/** Opens a proxy to the database at `url`. */
export async function openLineProxy(url: string): Promise<LineProxy> {
  const folder = await mkdtemp('/tmp/banter-line-');
  const { lines, server } = createLines(() => dial(url));
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  const through = new URL(url);
  through.host = encodeURIComponent(folder);
  through.port = '5432';
  return {
    ...lines,
    get size() {
      return lines.size;
    },
    url: through.href,
    async close() {
      await lines.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens a proxy to the server at `url`, for its clients. */
export async function openClientProxy(url: string): Promise<LineProxy> {
  const { hostname, port } = new URL(url);
  const { lines, server } = createLines(() => connect(Number(port), hostname));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return Object.assign(lines, { url: `http://127.0.0.1:${own}` });
}

function createLines(dialServer: () => Socket): { lines: Omit<LineProxy, 'url'>; server: Server } {
  const open = new Set<Line>();
  let cutText: string | undefined;
  let pace: number | null = null;
  const server = createServer((client) => {
    const line: Line = {
      client,
      server: dialServer(),
      isSilent: false,
      firstAskedAt: null,
      lastAskedAt: 0,
      isGivenUp: false,
      isTrickling: false,
    };
    open.add(line);
    carry(line, line.client, line.server, () => null, isCutAfter);
    carry(line, line.server, line.client, () => pace);
    for (const end of [line.client, line.server]) end.on('close', () => endOf(line));
  });

  function isCutAfter(line: Line, bytes: Buffer): void {
    if (cutText === undefined || !bytes.includes(cutText)) return;
    cutText = undefined;
    line.client.destroy();
  }

  function endOf(line: Line): void {
    line.isGivenUp = true;
    if (line.isSilent) return;
    open.delete(line);
    // Bytes already written to the other end still arrive. Bytes from it are lost.
    line.client.destroySoon();
    line.server.destroySoon();
  }

  const lines: Omit<LineProxy, 'url'> = {
    cutAfter: (text) => {
      cutText = text;
    },
    fallSilent() {
      const silent = [...open];
      for (const line of silent) {
        line.isSilent = true;
        open.delete(line);
      }
      return silentLines(silent);
    },
    setPace: (bytesPerSecond) => {
      pace = bytesPerSecond;
    },
    get size() {
      return open.size;
    },
    async close() {
      for (const { client, server: far } of open) {
        client.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return { lines, server };
}

function silentLines(lines: readonly Line[]): SilentLines {
  return {
    count: lines.length,
    get givenUp() {
      return lines.filter(({ isGivenUp }) => isGivenUp).length;
    },
    usedAfter: (unansweredMs) =>
      lines.some(
        ({ firstAskedAt, lastAskedAt }) => firstAskedAt !== null && lastAskedAt > firstAskedAt + unansweredMs,
      ),
    cut() {
      for (const { client, server } of lines) {
        client.destroy();
        server.destroy();
      }
    },
  };
}

/** Passes bytes from one end to the other, at the current pace. */
function carry(
  line: Line,
  from: Socket,
  to: Socket,
  paceNow: () => number | null,
  onBytes: (line: Line, bytes: Buffer) => void = () => {},
): void {
  from.on('error', () => from.destroy());
  from.on('drain', () => {
    if (!line.isTrickling) to.resume();
  });
  from.on('end', () => {
    if (!line.isSilent) to.end();
    else line.isGivenUp = true;
  });
  from.on('data', (bytes: Buffer) => {
    if (line.isSilent && from === line.client) recordAsked(line);
    if (line.isSilent || to.destroyed) return;
    if (paceNow() !== null) return trickle(line, bytes, paceNow);
    if (!to.write(bytes)) from.pause();
    onBytes(line, bytes);
  });
}

function recordAsked(line: Line): void {
  line.lastAskedAt = performance.now();
  line.firstAskedAt ??= line.lastAskedAt;
}

/** Passes a chunk to the client in slices, and reads nothing more from the server meanwhile. */
function trickle(line: Line, bytes: Buffer, paceNow: () => number | null): void {
  const { client, server } = line;
  line.isTrickling = true;
  server.pause();
  let given = 0;
  const timer = setInterval(() => {
    const pace = paceNow();
    const count = pace === null ? bytes.length : Math.ceil((pace * SLICE_MS) / SECOND_MS);
    client.write(bytes.subarray(given, given + count));
    given += count;
    if (given < bytes.length && !client.destroyed) return;
    clearInterval(timer);
    line.isTrickling = false;
    server.resume();
  }, SLICE_MS);
}

function dial(address: string): Socket {
  const { hostname, port } = new URL(address);
  const host = decodeURIComponent(hostname);
  return host.startsWith('/')
    ? connect(join(host, `.s.PGSQL.${port || 5432}`))
    : connect(Number(port || 5432), host);
}
