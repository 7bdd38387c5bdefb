// Saves the results of a commit in a file. Later runs add their cases to it, and replace those of the same name.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} CaseResult
 * @property {string} title
 * @property {string} at the time of the measurement
 * @property {string} command
 * @property {string} machine
 * @property {import('./goals.mjs').Rounds} contenders
 * @property {string[]} notes
 */

/** @typedef {{ commit: string, cases: Record<string, CaseResult> }} Results */

/** The folder of results and of a run's PostgreSQL. Git ignores it. */
export const resultsDir = fileURLToPath(new URL('../results', import.meta.url));

/** Returns the commit that is checked out, with -dirty if tracked files differ from it. */
export function currentCommit() {
  const commit = git('rev-parse', '--short', 'HEAD');
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}-dirty`;
}

/**
 * Reads the results of a commit.
 * @param {string} name a commit, in any form that git accepts, or the name of its file
 * @returns {Results}
 * @throws {Error} if there are none
 */
export function readResults(name) {
  const file = [name, shortNameOf(name)].map(fileOf).find(existsSync);
  if (file === undefined)
    throw new Error(`There are no results for ${name}. Check it out and run make bench.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Saves the result of one case.
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
