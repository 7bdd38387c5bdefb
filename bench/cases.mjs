// Everything that `make bench` measures, as one table.

import { fanOut } from './cases/fan-out.mjs';
import { history } from './cases/history.mjs';
import { idle } from './cases/idle.mjs';
import { oneAtATime } from './cases/one-at-a-time.mjs';
import { pipeline } from './cases/pipeline.mjs';
import { resume } from './cases/resume.mjs';
import { rooms } from './cases/rooms.mjs';
import { search } from './cases/search.mjs';
import { sizes } from './cases/sizes.mjs';

/**
 * @typedef {object} Case
 * @property {string} name for ONLY=name
 * @property {string} title the work, in a line
 * @property {number} rounds each contender is measured once a round, in turns
 * @property {import('./report/goals.mjs').Goal[]} goals
 * @property {(stage: import('./stage.mjs').Stage) => Promise<Contender[]>} setUp starts what is to be measured
 */

/** @typedef {{ name: string, measure: () => Promise<Record<string, number>> }} Contender */

/** @type {Case[]} */
export const CASES = [fanOut, oneAtATime, pipeline, rooms, idle, sizes, resume, history, search];
