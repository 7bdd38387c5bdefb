// node bench/load/main.mjs: reads a plan as JSON from standard input, loads the server, and prints the figures as JSON.

import { text } from 'node:stream/consumers';
import { runFlow } from './flow.mjs';
import { runHistory } from './history.mjs';
import { runIdle } from './idle.mjs';
import { runResume } from './resume.mjs';
import { runSearch } from './search.mjs';

/** @typedef {import('./flow.mjs').FlowPlan | import('./history.mjs').HistoryPlan | import('./idle.mjs').IdlePlan | import('./resume.mjs').ResumePlan | import('./search.mjs').SearchPlan} Plan */

const KINDS = { flow: runFlow, history: runHistory, idle: runIdle, resume: runResume, search: runSearch };

/** @type {Plan} */
const plan = JSON.parse(await text(process.stdin));
const run = /** @type {(plan: Plan) => Promise<Record<string, number>>} */ (KINDS[plan.kind]);
// Leaves out values that could not be measured, such as a ratio with 0, or processor time without /proc.
const figures = Object.entries(await run(plan)).filter(([, value]) => Number.isFinite(value));
process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`, () => process.exit(0));
