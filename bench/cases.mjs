// The table of everything that `make bench` measures.

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
 * @property {string} title one line that describes the work
 * @property {number} rounds in each round every contender is measured once, in turns
 * @property {import('./report/goals.mjs').Goal[]} goals
 * @property {(stage: import('./stage.mjs').Stage) => Promise<Contender[]>} setUp starts the servers
 */

/** @typedef {{ name: string, measure: () => Promise<Record<string, number>> }} Contender */

/** All cases, in the order of the page. @type {Case[]} */
export const CASES = [fanOut, oneAtATime, pipeline, rooms, idle, sizes, resume, history, search];
