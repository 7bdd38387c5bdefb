// One page of text: the goals first, then each case with its figures.

import { FIGURES, TROUBLES } from './figures.mjs';
import { judge } from './goals.mjs';
import { median, spread } from './statistics.mjs';

/** Above this share of the server's core, others than the server have spoilt the figures. */
const OTHERS_LIMIT = 0.1;

/** @typedef {import('./results.mjs').Results} Results */
/** @typedef {import('./results.mjs').CaseResult} CaseResult */

const LABEL_WIDTH = 26;
const CELL_WIDTH = 21;
/** Above this share of its core the load generator, not the server, may have been the limit. */
const LOAD_LIMIT = 0.9;

/**
 * @param {Results} results
 * @param {import('../cases.mjs').Case[]} cases in the order of the page
 * @returns {string}
 */
export function page(results, cases) {
  const shown = cases.flatMap(({ name, goals }) => {
    const result = results.cases[name];
    return result ? [{ name, goals, result }] : [];
  });
  const goals = shown.flatMap(({ name, goals, result }) =>
    goals.map((goal) => goalLine(name, judge(goal, result.contenders))),
  );
  const tables = shown.map(({ name, result }) => table(name, result));
  return `${['goals', ...goals, '', ...tables].join('\n')}\n`;
}

/**
 * @param {string} name
 * @param {import('./goals.mjs').Verdict} verdict
 */
function goalLine(name, { text, value, limit, isMet }) {
  const mark = isMet === null ? 'not measured: needs REFERENCE' : isMet ? 'met' : 'MISSED';
  return `  ${name.padEnd(15)}${text.padEnd(42)}${value.padStart(11)}   ${limit.padEnd(19)} ${mark}`;
}

/**
 * @param {string} name
 * @param {CaseResult} result
 */
function table(name, { title, contenders, notes }) {
  const names = Object.keys(contenders);
  const rows = Object.entries(FIGURES).flatMap(([figure, { label, show }]) => {
    const series = names.map((contender) => contenders[contender]?.[figure] ?? []);
    const isShown = TROUBLES.has(figure)
      ? series.some((values) => values.some((value) => value !== 0))
      : series.some((values) => values.some((value) => !Number.isNaN(value)));
    return isShown
      ? [
          line(
            label,
            series.map((values) => cell(values, show)),
          ),
        ]
      : [];
  });
  const above = (/** @type {string} */ figure, /** @type {number} */ limit) =>
    names.filter((contender) => median(contenders[contender]?.[figure] ?? []) > limit);
  const [full, disturbed] = [above('loadBusy', LOAD_LIMIT), above('othersBusy', OTHERS_LIMIT)];
  const hints = [
    ...notes,
    ...full.map(
      (contender) => `${contender}: the load generator's core was full, and may have been the limit`,
    ),
    ...(disturbed.length > 0 ? ["the machine was not quiet: others worked on the server's core"] : []),
  ];
  return [`${name}: ${title}`, line('', names), ...rows, ...hints.map((hint) => `  (${hint})`), ''].join(
    '\n',
  );
}

/**
 * A figure's median, and its lowest and highest value where they are not all the same.
 * @param {number[]} values
 * @param {(value: number) => string} show
 */
function cell(values, show) {
  if (values.length === 0) return '-';
  const { min, max } = spread(values);
  const bare = (/** @type {number} */ value) => show(value).split(' ')[0];
  return min === max ? show(min) : `${show(median(values))} (${bare(min)}-${bare(max)})`;
}

/**
 * @param {string} label
 * @param {string[]} cells
 */
function line(label, cells) {
  return `  ${label.padEnd(LABEL_WIDTH)}${cells.map((value) => ` ${value.padStart(CELL_WIDTH)}`).join('')}`;
}
