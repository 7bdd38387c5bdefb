// Writes a run's page into a document, between two marks.

import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/**
 * @param {string} file
 * @throws {Error} when the document has no place for a page
 */
export function checkDocument(file) {
  partsOf(file);
}

/**
 * @param {string} file
 * @param {string} text
 * @throws {Error} as checkDocument
 */
export function writeIntoDocument(file, text) {
  const { before, after } = partsOf(file);
  writeFileSync(file, `${before}${BEGIN}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n\n${after}`);
}

/** @param {string} file */
function partsOf(file) {
  const document = readFileSync(file, 'utf8');
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`WRITE: ${file} needs the lines ${BEGIN} and ${END}`);
  return { before: document.slice(0, begin), after: document.slice(end) };
}
