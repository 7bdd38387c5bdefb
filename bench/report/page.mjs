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
/** With more contenders than these each has a line, of its latencies alone. */
const COLUMNS_MAX = 6;
/** @type {import('./figures.mjs').FigureName[]} */
const LINE_FIGURES = ['p50Ms', 'p95Ms', 'serverBusy', 'postgresBusy'];
const NAME_WIDTH = 40;
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
  const lines = names.length > COLUMNS_MAX ? contenderLines(contenders) : figureLines(contenders);
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
  return [`${name}: ${title}`, ...lines, ...hints.map((hint) => `  (${hint})`), ''].join('\n');
}

/**
 * A line for each figure that any contender has, a column for each contender.
 * @param {CaseResult['contenders']} contenders
 */
function figureLines(contenders) {
  const rows = Object.entries(FIGURES).flatMap(([figure, { label, show }]) => {
    const series = Object.values(contenders).map((figures) => figures[figure] ?? []);
    const isWorthIt = (/** @type {number} */ value) =>
      TROUBLES.has(figure) ? value !== 0 : !Number.isNaN(value);
    if (!series.some((values) => values.some(isWorthIt))) return [];
    const cells = series.map((values) => cell(values, show));
    return [line(label, cells)];
  });
  return [line('', Object.keys(contenders)), ...rows];
}

/**
 * A line for each contender, a column for each of a few figures.
 * @param {CaseResult['contenders']} contenders
 */
function contenderLines(contenders) {
  const labels = LINE_FIGURES.map((figure) => FIGURES[figure].label);
  const rows = Object.entries(contenders).map(([name, figures]) =>
    line(
      name,
      LINE_FIGURES.map((figure) => cell(figures[figure] ?? [], FIGURES[figure].show)),
      NAME_WIDTH,
    ),
  );
  return [line('', labels, NAME_WIDTH), ...rows];
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
function line(label, cells, labelWidth = LABEL_WIDTH) {
  return `  ${label.padEnd(labelWidth)}${cells.map((value) => ` ${value.padStart(CELL_WIDTH)}`).join('')}`;
}
