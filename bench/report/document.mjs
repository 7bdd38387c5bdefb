// Writes the page of a run into a document, between two marks.

import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/**
 * Checks that a document has the marks.
 * @param {string} file
 * @throws {Error} if they are missing
 */
export function checkDocument(file) {
  partsOf(file);
}

/**
 * Replaces the text between the marks.
 * @param {string} file
 * @param {string} text
 * @throws {Error} if the marks are missing
 */
export function writeIntoDocument(file, text) {
  const { before, after } = partsOf(file);
  writeFileSync(file, `${before}${BEGIN}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n\n${after}`);
}

/** @param {string} file */
function partsOf(file) {
  const document = readFileSync(file, 'utf8');
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`WRITE: add the lines ${BEGIN} and ${END} to ${file}.`);
  return { before: document.slice(0, begin), after: document.slice(end) };
}
