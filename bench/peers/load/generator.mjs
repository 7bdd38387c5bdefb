// Builds the load generator in C, and runs it on the core of the load.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run } from '../../../script/command.mjs';
import { CORES, onCore } from '../../machine.mjs';
import { writePlan } from './plan.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = ['load.c', 'plan.c', 'sockets.c', 'marks.c'].map((name) => join(folder, name));
const COMPILER = 'cc';

/**
 * Checks that the generator can be built.
 * @throws {Error} if there is no compiler
 */
export async function checkCompiler() {
  const { code } = await run(COMPILER, ['--version'], { quiet: true });
  if (code !== 0)
    throw new Error(
      'PEERS: the load generator needs a C compiler, as `cc`. Install one (Debian: apt-get install gcc libc6-dev).',
    );
}

/**
 * Builds the generator.
 * @param {string} scratch the folder for the program
 * @returns {Promise<string>} the program
 * @throws {Error} if the compiler fails
 */
export async function buildGenerator(scratch) {
  const program = join(scratch, 'load');
  const { code, output } = await run(COMPILER, ['-O2', '-o', program, ...SOURCES], { quiet: true });
  if (code !== 0) throw new Error(`PEERS: the load generator did not compile:\n${output}`);
  return program;
}

/** A running load generator with its clients. */
export class Generator {
  #child;
  #lines;
  #exited;
  #complaint = '';

  /**
   * Starts a generator. Its clients are not open yet.
   * @param {string} program
   * @param {import('./plan.mjs').Plan} plan
   */
  constructor(program, plan) {
    const [command = '', ...args] = onCore(CORES.load, [program]);
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit');
    // A generator that ends early is noticed by the end of its output.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#complaint += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stdin.write(writePlan(plan));
  }

  /** The process of the generator. */
  get pid() {
    return this.#child.pid ?? 0;
  }

  /**
   * Opens all clients.
   * @returns {Promise<{ seconds: number, events: number, p50Ms: number, p99Ms: number, lastMs: number }>} the marks that
   *   arrived meanwhile, and the time from connecting to being ready
   */
  async open() {
    return this.#ask('open');
  }

  /**
   * Reads for a time and sends nothing.
   * @param {number} ms
   */
  async rest(ms) {
    return this.#ask(`rest ${ms}`);
  }

  /**
   * Lets the first clients send in turns, with a fixed number of messages outstanding.
   * @param {{ senders: number, outstanding: number, ms: number }} load
   * @param {() => void} onMeasured called when the time has passed. Messages that are outstanding arrive later
   * @returns {Promise<{ seconds: number, deliveries: number, reads: number, bytes: number, p50Ms: number, p99Ms: number, sent: number, lost: number, closed: number }>}
   */
  async flow({ senders, outstanding, ms }, onMeasured) {
    const measured = await this.#ask(`flow ${senders} ${outstanding} ${ms}`);
    onMeasured();
    return { ...measured, ...(await this.#answer()) };
  }

  /** Closes all clients and ends the generator. */
  async close() {
    this.#child.stdin.end();
    await this.#exited;
  }

  /** @param {string} command */
  #ask(command) {
    this.#child.stdin.write(`${command}\n`);
    return this.#answer();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const [code] = await this.#exited;
    throw new Error(`the load generator ended with ${code}: ${this.#complaint.trim()}`);
  }
}
