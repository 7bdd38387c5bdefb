// Formats the page: first the goals, then the figures of each case.

import { FIGURES, TROUBLES } from './figures.mjs';
import { judge } from './goals.mjs';
import { median, spread } from './statistics.mjs';

/** If other programs use more than this share of the server's core, the figures are unreliable. */
const OTHERS_LIMIT = 0.1;

/** @typedef {import('./results.mjs').Results} Results */
/** @typedef {import('./results.mjs').CaseResult} CaseResult */

const LABEL_WIDTH = 26;
const CELL_WIDTH = 21;
/** With more contenders than this, each has a line with a few figures instead of a column. */
const COLUMNS_MAX = 6;
/** @type {import('./figures.mjs').FigureName[]} */
const LINE_FIGURES = ['p50Ms', 'p95Ms', 'serverBusy', 'postgresBusy'];
const NAME_WIDTH = 40;
/** If the load generator uses more than this share of its core, it may be the limit instead of the server. */
const LOAD_LIMIT = 0.9;

/**
 * Formats the results of a run.
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
      (contender) => `${contender}: the load generator used its whole core and may have been the limit`,
    ),
    ...(disturbed.length > 0 ? ["the machine was busy: other programs used the server's core"] : []),
  ];
  return [`${name}: ${title}`, ...lines, ...hints.map((hint) => `  (${hint})`), ''].join('\n');
}

/**
 * Formats a line for each figure that a contender has, with a column for each contender.
 * @param {CaseResult['contenders']} contenders
 */
function figureLines(contenders) {
  const rows = Object.entries(FIGURES).flatMap(([figure, { label, show }]) => {
    const series = Object.values(contenders).map((figures) => figures[figure] ?? []);
    const isShown = (/** @type {number} */ value) =>
      TROUBLES.has(figure) ? value !== 0 : !Number.isNaN(value);
    if (!series.some((values) => values.some(isShown))) return [];
    const cells = series.map((values) => cell(values, show));
    return [line(label, cells)];
  });
  return [line('', Object.keys(contenders)), ...rows];
}

/**
 * Formats a line for each contender, with a column for each of a few figures.
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
 * Formats a figure's median, with its lowest and highest value if they differ.
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
