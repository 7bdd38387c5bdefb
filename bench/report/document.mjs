// Writes a run's page into a document, between two marks.

import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/**
 * @param {string} file
 * @param {string} text
 * @throws {Error} when the document has no place for it
 */
export function writeIntoDocument(file, text) {
  const document = readFileSync(file, 'utf8');
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`WRITE: ${file} needs the lines ${BEGIN} and ${END}`);
  const block = `${BEGIN}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n\n`;
  writeFileSync(file, document.slice(0, begin) + block + document.slice(end));
}
