// Goals: what a case is to reach, as a ratio of two figures of one run, or as a figure by itself.

import { FIGURES } from './figures.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Goal
 * @property {string} text what it says, without the number
 * @property {import('./figures.mjs').FigureName} figure
 * @property {string} of the contender whose figure it is
 * @property {string} [per] the contender by whose figure it is divided
 * @property {number} [atLeast]
 * @property {number} [atMost]
 */

/** @typedef {Record<string, Record<string, number[]>>} Rounds by contender and figure */
/** @typedef {{ text: string, value: string, limit: string, isMet: boolean | null }} Verdict isMet null: a contender was not there */

/**
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
  // A contender that gave no such figure, as of no message that came, has not reached the goal: the median is NaN.
  const base = per === undefined ? 1 : median(rounds[per]?.[figure] ?? []);
  const reached = median(rounds[of]?.[figure] ?? []) / base;
  const isMet =
    reached >= (atLeast ?? Number.NEGATIVE_INFINITY) && reached <= (atMost ?? Number.POSITIVE_INFINITY);
  return { text, value: show(reached), limit, isMet };
}
