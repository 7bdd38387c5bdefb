// Summarises a server's processor time from the profiles that Node has written.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LINES = 25;

/** @typedef {{ fromUs: number, toUs: number }} Window on the monotonic clock */
/** @typedef {{ startTime: number, nodes: Array<{ id: number, callFrame: { functionName: string, url: string, lineNumber: number } }>, samples: number[], timeDeltas: number[] }} CpuProfile */

/**
 * Lists the functions with the most self time. Idle time is left out.
 * @param {string} folder
 * @param {Window[]} windows the periods of measurement, without the start of servers and the creation of accounts
 * @returns {string}
 */
export function profilePage(folder, windows) {
  /** @type {Map<string, number>} */
  const spent = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')))
    addProfile(spent, JSON.parse(readFileSync(join(folder, file), 'utf8')), windows);
  spent.delete('(idle)');
  const total = [...spent.values()].reduce((sum, us) => sum + us, 0);
  const top = [...spent].sort(([, a], [, b]) => b - a).slice(0, LINES);
  const lines = top.map(([name, us]) => `  ${((us / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
  return `\nself time of banter's main thread, all cases together (${folder})\n${lines.join('\n')}\n`;
}

/**
 * @param {Map<string, number>} spent
 * @param {CpuProfile} profile
 * @param {Window[]} windows
 */
function addProfile(spent, { startTime, nodes, samples, timeDeltas }, windows) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  let atUs = startTime;
  for (const [index, sample] of samples.entries()) {
    const us = timeDeltas[index] ?? 0;
    atUs += us;
    if (!windows.some(({ fromUs, toUs }) => atUs >= fromUs && atUs <= toUs)) continue;
    const name = names.get(sample) ?? '?';
    spent.set(name, (spent.get(name) ?? 0) + us);
  }
}

/** @param {CpuProfile['nodes'][number]['callFrame']} frame */
function nameOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^.*\/(packages|node_modules)\//, '');
  return url === ''
    ? functionName || '(anonymous)'
    : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
