// What was measured at a commit, in a file: cases that are measured later join it, or take the place of their like.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} CaseResult
 * @property {string} title
 * @property {string} at when it was measured
 * @property {string} command
 * @property {string} machine
 * @property {import('./goals.mjs').Rounds} contenders
 * @property {string[]} notes
 */

/** @typedef {{ commit: string, cases: Record<string, CaseResult> }} Results */

/** Where results are kept, and a run's PostgreSQL; nothing of it belongs to a commit. */
export const resultsDir = fileURLToPath(new URL('../results', import.meta.url));

/** @returns {string} the commit that is checked out; with -dirty where files differ from it */
export function currentCommit() {
  const commit = git('rev-parse', '--short', 'HEAD');
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}-dirty`;
}

/**
 * @param {string} name a commit in any way that git understands, or as its file is called
 * @returns {Results}
 * @throws {Error} when nothing was measured at it
 */
export function readResults(name) {
  const file = [name, shortNameOf(name)].map(fileOf).find(existsSync);
  if (file === undefined) throw new Error(`nothing was measured at ${name}: check it out and run make bench`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * @param {string} commit
 * @param {string} name of the case
 * @param {CaseResult} result
 */
export function keepResult(commit, name, result) {
  const file = fileOf(commit);
  /** @type {Results} */
  const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { commit, cases: {} };
  results.cases[name] = result;
  mkdirSync(resultsDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  return { results, file };
}

/** @param {string} name */
function fileOf(name) {
  return `${resultsDir}/${name.replaceAll('/', '_')}.json`;
}

/** @param {string} name */
function shortNameOf(name) {
  try {
    return git('rev-parse', '--short', name);
  } catch {
    return name;
  }
}

/** @param {string[]} args */
function git(...args) {
  return execFileSync('git', args, {
    cwd: resultsDir.replace(/\/results$/, ''),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
