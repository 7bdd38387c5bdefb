// Bursts of a comparison: which count, and how banter compares with each server.

import { median } from '../../report/statistics.mjs';

/**
 * @typedef {object} Burst one measurement of one server
 * @property {string} phase W1 to W5
 * @property {string} name of the server
 * @property {number} at milliseconds, on any clock
 * @property {Record<string, number>} figures
 */

/** Bursts that are further apart than this are not compared. */
const NEAR_MS = 180_000;

/**
 * Returns the servers in the order of a round, with banter before, after, and between every few others.
 * @template T
 * @param {T} base
 * @param {T[]} others
 * @param {number} between at most this many others follow each other
 * @returns {T[]}
 */
export function turnsOf(base, others, between) {
  const turns = others.flatMap((other, index) => (index % between === 0 ? [base, other] : [other]));
  return [...turns, base];
}

/**
 * Returns the bursts that other programs did not disturb.
 * @param {Burst[]} bursts
 * @param {number} limit the share of a core that others may use
 */
export function undisturbed(bursts, limit) {
  return bursts.filter(({ figures: { othersBusy = 0 } }) => othersBusy <= limit);
}

/**
 * Returns the median of the ratios of banter to a server. Each burst of the server is compared with the mean of
 * banter's bursts just before and just after it.
 * @param {Burst[]} bursts of one phase
 * @param {{ base: string, name: string, figure: string }} what
 * @returns {number} NaN if no burst has a neighbour
 */
export function ratioTo(bursts, { base, name, figure }) {
  const bases = bursts.filter((burst) => burst.name === base).toSorted((a, b) => a.at - b.at);
  const ratios = bursts
    .filter((burst) => burst.name === name)
    .map(({ at, figures }) => {
      const around = [bases.findLast((burst) => burst.at <= at), bases.find((burst) => burst.at > at)];
      const values = around.flatMap((burst) =>
        burst && Math.abs(burst.at - at) <= NEAR_MS ? [burst.figures[figure] ?? Number.NaN] : [],
      );
      return mean(values) / (figures[figure] ?? Number.NaN);
    });
  return median(ratios.filter(Number.isFinite));
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
