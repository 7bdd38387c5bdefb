// make bench: measures banter and other servers in turns, under the same load and on the same durable PostgreSQL.
// Prints one page and saves the figures for `make bench-compare`. bench/README.md describes the settings.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { CASES } from './cases.mjs';
import { CORES, machine, moveToCore } from './machine.mjs';
import { checkDocument, writeIntoDocument } from './report/document.mjs';
import { page } from './report/page.mjs';
import { profilePage } from './report/profile.mjs';
import { currentCommit, keepResult, resultsDir } from './report/results.mjs';
import { orStop } from './report/stop.mjs';
import { startPostgres } from './servers/postgres.mjs';
import { checkReference } from './servers/reference.mjs';
import { createStage } from './stage.mjs';

const { ONLY = '', REFERENCE = '', ROUNDS = '', WRITE = '', PROFILE = '' } = process.env;

const chosen = orStop(() => choose(ONLY));
if (REFERENCE !== '') orStop(() => checkReference(REFERENCE));
if (WRITE !== '') orStop(() => checkDocument(WRITE));
const commit = currentCommit();
// PostgreSQL and all other programs started from here stay off the measured server's core.
moveToCore(CORES.postgres);
mkdirSync(resultsDir, { recursive: true });
const postgres = await startPostgres(`${resultsDir}/data-${randomBytes(4).toString('hex')}`);
const stage = createStage(postgres, REFERENCE === '' ? null : REFERENCE);
process.once('SIGINT', () => void end().then(() => process.exit(130)));
/** @type {import('./report/results.mjs').Results} */
const measured = { commit, cases: {} };
/** @type {import('./report/profile.mjs').Window[]} */
const windows = [];
try {
  for (const work of chosen) {
    try {
      const result = await measure(work);
      keepResult(commit, work.name, result);
      measured.cases[work.name] = result;
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${work.name}: ${error instanceof Error ? error.stack : error}\n`);
    }
  }
} finally {
  await end();
}

const text = `${head()}\n${page(measured, CASES)}`;
process.stdout.write(`\n${text}`);
if (WRITE !== '') writeIntoDocument(WRITE, text);
if (PROFILE !== '') process.stdout.write(profilePage(PROFILE, windows));

/** @param {import('./cases.mjs').Case} work */
async function measure({ name, title, rounds, setUp }) {
  const count = ROUNDS === '' ? rounds : Number(ROUNDS);
  process.stdout.write(`${name}: setting up\n`);
  stage.notes.length = 0;
  /** @type {import('./report/goals.mjs').Rounds} */
  const contenders = {};
  try {
    const all = await setUp(stage);
    for (let round = 1; round <= count; round += 1) {
      for (const contender of all) {
        process.stdout.write(`${name}: round ${round} of ${count}, ${contender.name}\n`);
        const fromUs = nowUs();
        add(contenders, contender.name, await contender.measure());
        windows.push({ fromUs, toUs: nowUs() });
      }
    }
  } finally {
    await stage.clear();
  }
  return {
    title,
    at: new Date().toISOString(),
    command: commandLine(),
    machine,
    contenders,
    notes: [...stage.notes],
  };
}

/**
 * @param {import('./report/goals.mjs').Rounds} contenders
 * @param {string} name
 * @param {Record<string, number>} figures
 */
function add(contenders, name, figures) {
  contenders[name] ??= {};
  for (const [figure, value] of Object.entries(figures)) {
    contenders[name][figure] ??= [];
    contenders[name][figure].push(value);
  }
}

async function end() {
  await stage.clear();
  await postgres.stop();
}

/** Returns the time on the clock of Node's profiles, in microseconds. */
function nowUs() {
  return Number(process.hrtime.bigint() / 1_000n);
}

function head() {
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return [
    `$ ${commandLine()}`,
    `commit ${commit}, ${at} UTC; ${machine}`,
    `cores: server ${CORES.server} (alone), load generator ${CORES.load}, PostgreSQL with fsync ${CORES.postgres}`,
    'figures: median of the rounds (lowest-highest); the servers take turns in each round',
    '',
  ].join('\n');
}

function commandLine() {
  const settings = Object.entries({ ONLY, ROUNDS }).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}=${value}`],
  );
  return ['make bench', ...settings, ...(REFERENCE === '' ? [] : ['REFERENCE=…'])].join(' ');
}

/** @param {string} names separated by commas; all cases if empty */
function choose(names) {
  const wanted = names.split(',').filter(Boolean);
  const unknown = wanted.find((name) => !CASES.some((work) => work.name === name));
  if (unknown === undefined)
    return wanted.length === 0 ? CASES : CASES.filter(({ name }) => wanted.includes(name));
  throw new Error(
    `ONLY: there is no case ${unknown}. Choose from ${CASES.map(({ name }) => name).join(', ')}.`,
  );
}
