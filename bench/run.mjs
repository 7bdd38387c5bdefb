// make bench: measures banter and other servers in turns, under the same load and on the same durable PostgreSQL.
// Prints one page and saves the figures for `make bench-compare`. bench/README.md describes the settings.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { CASES } from './cases.mjs';
import { choose } from './choose.mjs';
import { CORES, machine, moveToCore } from './machine.mjs';
import { choosePeers, comparePeers } from './peers/compare.mjs';
import { readSettings } from './peers/settings.mjs';
import { WORKS } from './peers/works.mjs';
import { checkDocument, writeIntoDocument } from './report/document.mjs';
import { page } from './report/page.mjs';
import { profilePage } from './report/profile.mjs';
import { currentCommit, keepResult, resultsDir } from './report/results.mjs';
import { orStop, stop } from './report/stop.mjs';
import { startPostgres } from './servers/postgres.mjs';
import { checkReference } from './servers/reference.mjs';
import { createStage } from './stage.mjs';

const { ONLY = '', REFERENCE = '', ROUNDS = '', WRITE = '', PROFILE = '', PEERS = '' } = process.env;

const chosen = orStop(() => choose(ONLY, { cases: CASES, works: PEERS === '' ? [] : WORKS }));
const settings = orStop(() => readSettings(process.env));
if (REFERENCE !== '') orStop(() => checkReference(REFERENCE));
if (WRITE !== '') orStop(() => checkDocument(WRITE));
const peers =
  chosen.works.length === 0
    ? []
    : await choosePeers(settings, REFERENCE === '' ? null : REFERENCE).catch(stop);
const commit = currentCommit();
// PostgreSQL and all other programs started from here stay off the measured server's core.
moveToCore(CORES.postgres);
mkdirSync(resultsDir, { recursive: true });
const postgres = await startPostgres(`${resultsDir}/data-${randomBytes(4).toString('hex')}`, {
  hasTcp: peers.length > 0,
});
const stage = createStage(postgres, REFERENCE === '' ? null : REFERENCE);
process.once('SIGINT', () => void end().then(() => process.exit(130)));
/** @type {import('./report/results.mjs').Results} */
const measured = { commit, cases: {} };
/** @type {import('./report/profile.mjs').Window[]} */
const windows = [];
let comparison = '';
try {
  for (const work of chosen.cases) {
    try {
      const result = await measure(work);
      keepResult(commit, work.name, result);
      measured.cases[work.name] = result;
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${work.name}: ${error instanceof Error ? error.stack : error}\n`);
    }
  }
  if (peers.length > 0) comparison = await comparePeers({ stage, peers, works: chosen.works, settings });
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
} finally {
  await end();
}

const cases = chosen.cases.length === 0 ? '' : page(measured, CASES);
const text = `${head()}\n${[cases, comparison].filter(Boolean).join('\n')}`;
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
  const { BURST = '', SOCKETS = '', NOISE = '' } = process.env;
  const given = Object.entries({ ONLY, ROUNDS, PEERS, BURST, SOCKETS, NOISE }).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}=${value}`],
  );
  return ['make bench', ...given, ...(REFERENCE === '' ? [] : ['REFERENCE=…'])].join(' ');
}
