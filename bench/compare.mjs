// make bench-compare A=… B=…: prints the results of two commits side by side.

import { CONDITIONS, FIGURES, TROUBLES } from './report/figures.mjs';
import { readResults } from './report/results.mjs';
import { differs, median } from './report/statistics.mjs';
import { orStop } from './report/stop.mjs';

const { A = '', B = 'HEAD' } = process.env;
const [before, after] = orStop(() => {
  if (A === '') throw new Error('Set the commits to compare: make bench-compare A=main B=HEAD');
  return /** @type {const} */ ([readResults(A), readResults(B)]);
});

/** @type {Map<boolean | null, string>} */
const MARKS = new Map([
  [true, ' *'],
  [false, '  '],
  [null, ' ?'],
]);

const lines = Object.entries(before.cases).flatMap(([name, old]) => {
  const result = after.cases[name];
  if (!result) return [];
  return Object.entries(old.contenders).flatMap(([contender, figures]) =>
    Object.entries(figures).flatMap(([figure, values]) => compared(name, contender, figure, values, result)),
  );
});
const head = row(['', '', '', before.commit, after.commit, 'ratio']);
process.stdout.write(
  `${[head, ...lines].join('\n')}\n* more than noise: the rounds of the two do not overlap; ? too few rounds to tell\n`,
);

/**
 * @param {string} name
 * @param {string} contender
 * @param {string} figure
 * @param {number[]} old
 * @param {import('./report/results.mjs').CaseResult} result
 * @returns {string[]} one line, or none if there is nothing to compare
 */
function compared(name, contender, figure, old, result) {
  const values = result.contenders[contender]?.[figure];
  const known = FIGURES[/** @type {import('./report/figures.mjs').FigureName} */ (figure)];
  if (!values || !known || TROUBLES.has(figure) || CONDITIONS.has(figure) || Number.isNaN(median(old)))
    return [];
  const ratio = `${(median(values) / median(old)).toFixed(2)} ×${MARKS.get(differs(old, values))}`;
  return [row([name, contender, known.label, known.show(median(old)), known.show(median(values)), ratio])];
}

/** @param {string[]} cells */
function row([name = '', contender = '', label = '', ...values]) {
  return `${name.padEnd(15)}${contender.padEnd(20)}${label.padEnd(26)}${values.map((value) => value.padStart(16)).join('')}`;
}
