// Goals of a case: a limit for a figure, or for the ratio of two figures of the same run.

import { FIGURES } from './figures.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Goal
 * @property {string} text the description, without the limit
 * @property {import('./figures.mjs').FigureName} figure
 * @property {string} of the contender with this figure
 * @property {string} [per] the contender whose figure divides it
 * @property {number} [atLeast]
 * @property {number} [atMost]
 */

/** @typedef {Record<string, Record<string, number[]>>} Rounds values by contender and figure */
/** @typedef {{ text: string, value: string, limit: string, isMet: boolean | null }} Verdict isMet is null if a contender is missing */

/**
 * Compares the medians of a run with a goal.
 * @param {Goal} goal
 * @param {Rounds} rounds
 * @returns {Verdict}
 */
export function judge(goal, rounds) {
  const { text, figure, of, per, atLeast, atMost } = goal;
  const show =
    per === undefined ? FIGURES[figure].show : (/** @type {number} */ value) => `${value.toFixed(2)} ×`;
  const limit = atLeast === undefined ? `at most ${show(atMost ?? 0)}` : `at least ${show(atLeast)}`;
  const there = [of, ...(per === undefined ? [] : [per])].every((contender) => rounds[contender]);
  if (!there) return { text, value: '-', limit, isMet: null };
  // A contender without this figure, for example because no message arrived, has the median NaN and misses the goal.
  const base = per === undefined ? 1 : median(rounds[per]?.[figure] ?? []);
  const reached = median(rounds[of]?.[figure] ?? []) / base;
  const isMet =
    reached >= (atLeast ?? Number.NEGATIVE_INFINITY) && reached <= (atMost ?? Number.POSITIVE_INFINITY);
  return { text, value: show(reached), limit, isMet };
}
