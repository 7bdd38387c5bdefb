/** Opens the port that the settings name, and explains why it cannot. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address to listen on. Port 0 means any free port. */
export type ListenAddress = { port: number; host: string };

/**
 * Connections that the system holds until the server accepts them; the system may allow fewer. Above it, the system drops
 * attempts to connect, and everybody's next try comes a second later or more.
 */
export const BACKLOG_MAX = 4_096;

/** Checks that the server can listen on an address. @throws Error that says why not and what to do. */
export async function checkAddress(address: ListenAddress): Promise<void> {
  const probe = createServer();
  await listenOn(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}

/** Opens the port. @returns the address in use. @throws Error that says why it cannot and what to do. */
export function listenOn(server: Server, { port, host }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      reject(
        new Error(`cannot listen on ${host}:${port}: ${LISTEN_PROBLEMS[error.code ?? ''] ?? error.message}`),
      );
    };
    server.once('error', onError);
    server.listen({ port, host, backlog: BACKLOG_MAX }, () => {
      server.off('error', onError);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Returns the URL that a browser on this machine can open. */
export function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Explanations of Node's error codes. */
const LISTEN_PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'another program uses this port: stop it, or set PORT to another one',
  EACCES: 'only root may use ports below 1024: set PORT to a higher one',
  EADDRNOTAVAIL: 'this machine does not have this address: set HOST to one it has, or to 0.0.0.0',
  ENOTFOUND: 'this host name does not exist: set HOST to an address of this machine, or to 0.0.0.0',
};
