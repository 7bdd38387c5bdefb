/** Opening the port that the settings name, with refusals in words. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where to listen: a port from 0 (any free one) to 65535, and a host of this machine. */
export type ListenAddress = { port: number; host: string };

/** @throws Error in words when the address cannot be listened on. */
export async function checkAddress(address: ListenAddress): Promise<void> {
  const probe = createServer();
  await listenOn(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}

/** Opens the port. @throws Error in words that say what to do. */
export function listenOn(server: Server, { port, host }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      reject(
        new Error(`cannot listen on ${host}:${port}: ${LISTEN_PROBLEMS[error.code ?? ''] ?? error.message}`),
      );
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** What a browser on this machine can open. */
export function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Why a port cannot be opened, in words. */
const LISTEN_PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'another program listens there: stop it, or set PORT',
  EACCES: 'ports below 1024 are for root: set PORT to another one',
  EADDRNOTAVAIL: 'this machine has no such address: set HOST to one of its own, or to 0.0.0.0',
  ENOTFOUND: 'there is no such host: set HOST to an address of this machine, or to 0.0.0.0',
};
