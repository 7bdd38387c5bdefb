/** The open HTTP connections, by the address that uses each, so that a ban can cut them at once [G7]. */
import type { Duplex } from 'node:stream';
import type { ConnectionLimits } from './connection-limits.ts';

/** Owns the list. Connections that became sockets or streams are not in it: the watch closes those. */
export class HttpConnections {
  readonly #limits: Pick<ConnectionLimits, 'admit' | 'upgrade'> | undefined;
  readonly #addresses = new Map<Duplex, string>();
  /** One listener serves all connections: each idle one would keep a closure of its own. */
  readonly #onClose: (this: Duplex) => void;

  /** @param limits admits every connection if left out. */
  constructor(limits?: Pick<ConnectionLimits, 'admit' | 'upgrade'>) {
    this.#limits = limits;
    const addresses = this.#addresses;
    this.#onClose = function onClose() {
      addresses.delete(this);
    };
  }

  /** Adds a new connection from an address, or closes it when its network has too many. */
  add(socket: Duplex, address: string): void {
    if (this.#addresses.has(socket)) return;
    if (this.#limits?.admit(socket, address) === false) {
      socket.destroy();
      return;
    }
    this.#addresses.set(socket, address);
    socket.on('close', this.#onClose);
  }

  /**
   * Records whose request a connection carries: behind a proxy, its address differs from the connection's.
   * @returns a function to call when the request is over.
   */
  beginRequest(socket: Duplex, address: string): () => void {
    const before = this.#addresses.get(socket);
    if (before === undefined || before === address) return () => {};
    this.#addresses.set(socket, address);
    return () => {
      if (this.#addresses.has(socket)) this.#addresses.set(socket, before);
    };
  }

  /** Removes a connection that carries a socket or a stream from now on. */
  release(socket: Duplex): void {
    this.#addresses.delete(socket);
    socket.off('close', this.#onClose);
    this.#limits?.upgrade(socket);
  }

  /** Cuts the connections of these addresses. */
  cut(isBanned: (address: string) => boolean): void {
    for (const [socket, address] of this.#addresses) if (isBanned(address)) socket.destroy();
  }
}
