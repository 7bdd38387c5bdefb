// Reads pages of a room's history over HTTP, one after the other on one connection.

import { Agent, get } from 'node:http';
import { createMeter } from './meter.mjs';
import { summary } from './summary.mjs';

/**
 * @typedef {object} HistoryPlan
 * @property {'history'} kind
 * @property {number} port
 * @property {string} path of the room's messages
 * @property {string} token
 * @property {number} head the room's newest seq
 * @property {number} pageSize
 * @property {number} warmUpMs
 * @property {number} measureMs
 * @property {number} serverPid
 * @property {number} postgresPid
 */

/**
 * @param {HistoryPlan} plan
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runHistory(plan) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let pages = 0;
  const meter = createMeter(plan.serverPid, plan.postgresPid, () => ({ deliveries: pages, messages: pages }));
  await readFor(plan.warmUpMs);
  meter.start();
  const times = await readFor(plan.measureMs);
  const { deliveriesPerSecond, messagesPerSecond: _same, serverCpuUs, ...figures } = meter.read();
  agent.destroy();
  return {
    ...figures,
    pagesPerSecond: deliveriesPerSecond,
    pageCpuUs: serverCpuUs,
    ...summary(times),
    lost: 0,
  };

  /** @param {number} ms */
  async function readFor(ms) {
    const times = [];
    const endMs = performance.now() + ms;
    while (performance.now() < endMs) {
      const startMs = performance.now();
      await readPage();
      times.push(performance.now() - startMs);
      pages += 1;
    }
    return times;
  }

  /** Reads a full page from a random place. It skips the room's first event, which is not a message. */
  async function readPage() {
    const { port, path, token, head, pageSize } = plan;
    const before = pageSize + 2 + Math.floor(Math.random() * (head - pageSize));
    const headers = { authorization: `Bearer ${token}` };
    const target = {
      agent,
      host: '127.0.0.1',
      port,
      headers,
      path: `${path}?limit=${pageSize}&before=${before}`,
    };
    const body = await new Promise((resolve, reject) => {
      get(target, (answer) => {
        /** @type {Buffer[]} */
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => resolve(`${answer.statusCode} ${Buffer.concat(pieces)}`));
      }).on('error', reject);
    });
    if (!body.startsWith('200') || body.split('"seq":').length !== pageSize + 1)
      throw new Error(`not a page of ${pageSize}: ${body.slice(0, 200)}`);
  }
}
