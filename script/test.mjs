// node script/test.mjs: runs all checks and tests. All stages run, even after a failure.
// The last line is `N passed, N failed`. The exit code is 1 if anything failed.

import { aptInstall } from './apt.mjs';
import { check } from './check-steps.mjs';
import { findChromium } from './chromium-path.mjs';
import { run, secondsSince } from './command.mjs';
import { runVitest } from './vitest-run.mjs';

/** @typedef {import('./vitest-run.mjs').Counts} Counts */

/** The exit code of with-postgres.mjs on a machine without a PostgreSQL server. */
const NO_POSTGRES = 3;

const DEPLOY_TEST = 'packages/server/test/deploy.test.ts';

/**
 * The tests whose result may depend on the version of PostgreSQL: all of the store, which prepares and runs every statement,
 * and the scenarios that use most of it together. The other scenarios run on the embedded PostgreSQL only.
 */
const STORE_AND_SCENARIOS = [
  'packages/server/src/store/',
  'packages/server/test/store/',
  ...[
    'conversation',
    'sending',
    'order',
    'search',
    'search-rights',
    'moderation',
    'requests',
    'message-removal',
  ].map((name) => `packages/server/test/scenarios/${name}.test.ts`),
];

/** The tests in those folders that always start the embedded PostgreSQL. */
const EMBEDDED_ONLY = ['**/embedded/**', '**/embedded*'];

/** The programs that the tests run besides Node, with their Debian packages. */
const PROGRAMS = [{ name: 'curl', debianPackage: 'curl', use: 'the examples of the documents' }];

/** @type {Array<{ name: string, run: () => Promise<Counts> }>} */
const stages = [
  { name: 'check', run: check },
  { name: 'build', run: build },
  { name: 'unit', run: () => runVitest(['--project', 'unit']) },
  { name: 'scenario', run: scenario },
  { name: 'store and scenario on a PostgreSQL server', run: onPostgresServer },
  { name: 'deployment', run: () => runVitest(['--project', 'scenario', DEPLOY_TEST]) },
  { name: 'browser', run: browser },
];

/** @type {Array<{ name: string, time: string } & Counts>} */
const results = [];
for (const program of PROGRAMS) await provide(program);
for (const stage of stages) results.push(await runStage(stage));
report();

/** @param {typeof PROGRAMS[number]} program */
async function provide({ name, debianPackage, use }) {
  const { code } = await run('sh', ['-c', `command -v ${name}`], { quiet: true });
  if (code === 0 || (await aptInstall(debianPackage))) return;
  process.stdout.write(`${name} is not installed. Install it, or the tests of ${use} will fail.\n`);
}

/** @param {typeof stages[number]} stage */
async function runStage(stage) {
  process.stdout.write(`\n== ${stage.name}\n`);
  const startedMs = performance.now();
  const counts = await stage.run().catch((error) => {
    process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
    return { passed: 0, failed: 1 };
  });
  return { name: stage.name, time: secondsSince(startedMs), ...counts };
}

async function build() {
  const { code } = await run('node', ['script/build.mjs']);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Leaves out the import arrows, which are part of `check`, and the deployment tests, which have their own stage. */
function scenario() {
  return runVitest(['--project', 'scenario', ...except(['**/arrows.test.ts', '**/deploy.test.ts'])]);
}

async function onPostgresServer() {
  if (!(await hasPostgres()) && !((await aptInstall('postgresql')) && (await hasPostgres()))) {
    process.stdout.write('Skipped, because no PostgreSQL server is installed.\n');
    return { passed: 0, failed: 0 };
  }
  return runVitest([...STORE_AND_SCENARIOS, ...except(EMBEDDED_ONLY)], {
    wrapper: ['node', 'script/with-postgres.mjs', '--'],
  });
}

async function hasPostgres() {
  const { code, output } = await run('node', ['script/with-postgres.mjs', '--', 'true'], { quiet: true });
  if (code !== 0 && code !== NO_POSTGRES) throw new Error(`with-postgres.mjs failed:\n${output}`);
  return code === 0;
}

async function browser() {
  return runVitest(['--project', 'browser'], { env: { CHROMIUM_PATH: await findChromium() } });
}

/** @param {string[]} patterns */
function except(patterns) {
  return patterns.flatMap((pattern) => ['--exclude', pattern]);
}

function report() {
  process.stdout.write('\n');
  for (const { name, time, passed, failed } of results) {
    process.stdout.write(`${name.padEnd(42)} ${time.padStart(8)}  ${passed} passed, ${failed} failed\n`);
  }
  const passed = results.reduce((sum, stage) => sum + stage.passed, 0);
  const failed = results.reduce((sum, stage) => sum + stage.failed, 0);
  process.exitCode = failed === 0 ? 0 : 1;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}
