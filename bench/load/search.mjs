// Sends searches over HTTP, one after the other on one connection.

import { Agent, get } from 'node:http';
import { createMeter } from './meter.mjs';
import { percentile } from './summary.mjs';

/**
 * @typedef {object} SearchPlan
 * @property {'search'} kind
 * @property {number} port
 * @property {string} token
 * @property {string} order
 * @property {string[]} queries sent in turns
 * @property {number} warmUpMs
 * @property {number} measureMs
 * @property {number} serverPid
 * @property {number} postgresPid
 */

/**
 * @param {SearchPlan} plan
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runSearch(plan) {
  const { port, token, order, queries, warmUpMs, measureMs } = plan;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let asked = 0;
  let found = 0;
  const meter = createMeter(plan.serverPid, plan.postgresPid, () => ({ deliveries: asked, messages: asked }));
  await searchFor(warmUpMs);
  meter.start();
  found = 0;
  const times = await searchFor(measureMs);
  const { messagesPerSecond, ...figures } = meter.read();
  agent.destroy();
  if (found === 0) throw new Error(`no query found anything: ${queries.join(', ')}`);
  const latencies = { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
  return { ...figures, pagesPerSecond: messagesPerSecond, ...latencies, lost: 0 };

  /** Searches for a time, with each query at least once. @param {number} ms */
  async function searchFor(ms) {
    const times = [];
    const endMs = performance.now() + ms;
    for (let turn = 0; turn < queries.length || performance.now() < endMs; turn++) {
      const startMs = performance.now();
      await search(queries[turn % queries.length] ?? '');
      times.push(performance.now() - startMs);
      asked += 1;
    }
    return times;
  }

  /** @param {string} q */
  async function search(q) {
    const path = `/v1/search?${new URLSearchParams({ q, order })}`;
    const target = { agent, host: '127.0.0.1', port, headers: { authorization: `Bearer ${token}` }, path };
    const body = await new Promise((resolve, reject) => {
      get(target, (answer) => {
        /** @type {Buffer[]} */
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => resolve(`${answer.statusCode} ${Buffer.concat(pieces)}`));
      }).on('error', reject);
    });
    if (!body.startsWith('200')) throw new Error(`${q}: ${body.slice(0, 200)}`);
    found += JSON.parse(body.slice(4)).hits.length;
  }
}
