// The servers of a comparison while they run: each has a folder and databases of its own.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Generator } from './load/generator.mjs';

/** @typedef {import('./servers/peers.mjs').Peer} Peer */
/** @typedef {import('./servers/peers.mjs').PeerServer} PeerServer */

/** Starts and stops peers, and opens their clients. */
export class Field {
  #stage;
  #scratch;
  #program;
  /** @type {Map<Peer, PeerServer>} */
  #running = new Map();
  #starts = 0;

  /**
   * @param {import('../stage.mjs').Stage} stage
   * @param {string} scratch a folder on a real disk, which exists
   * @param {string} program the load generator
   */
  constructor(stage, scratch, program) {
    this.#stage = stage;
    this.#scratch = scratch;
    this.#program = program;
  }

  /** The process of PostgreSQL. */
  get postgresPid() {
    return this.#stage.postgres.pid;
  }

  /**
   * Returns a peer's server, and starts it first if it does not run.
   * @param {Peer} peer
   * @returns {Promise<PeerServer>}
   */
  async server(peer) {
    const known = this.#running.get(peer);
    if (known) return known;
    this.#starts += 1;
    const name = `peer_${this.#starts}`;
    const dir = join(this.#scratch, name);
    await mkdir(dir);
    const { tcp, url } = this.#stage.postgres;
    if (tcp === null) throw new Error('PostgreSQL was started without TCP');
    const createDatabase = () => this.#stage.database(name);
    const server = await peer.start({ dir, createDatabase, mainDatabase: url, tcp });
    this.#stage.use(server);
    this.#running.set(peer, server);
    return server;
  }

  /** Stops all servers. */
  async stop() {
    for (const server of this.#running.values()) await server.stop();
    this.#running.clear();
  }

  /**
   * Creates a load generator with clients of a server, runs work with it, and ends it.
   * @template T
   * @param {Peer} peer
   * @param {import('./load/plan.mjs').Client[]} clients
   * @param {(generator: Generator) => Promise<T>} work
   * @param {number} [opensAtOnce]
   * @returns {Promise<T>}
   */
  async withClients(peer, clients, work, opensAtOnce = peer.opensAtOnce) {
    const { port } = await this.server(peer);
    const generator = new Generator(this.#program, { port, opensAtOnce, echoes: peer.echoes, clients });
    try {
      return await work(generator);
    } finally {
      await generator.close();
    }
  }
}
