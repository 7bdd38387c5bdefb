// node script/prose.mjs [PATH ...]: finds sentences that a reader must decode, and prints their file and line.
// It reads comments, Markdown, test names, and the texts of the page. It exits 1 if it finds any.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './command.mjs';

/** @typedef {{ at: number, text: string }} Piece a passage of prose and its offset in the file */

/** A sentence of three words or more that begins like this has no subject, unless it asks a question. */
const HEADLESS = /^(?:what|who|whoever|whose|where|of)\s+\S+\s+\S(?!.*\?)/is;

/** There is an everyday word for each of these. */
const AVOIDED =
  /\b(?:anew|so long as|whence|thereby|is none|has it that|no more|of oneself|stands|lies|to one's taste|brings|shall|for want of)\b/i;

const COMMENT =
  /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*(?:\n\s*\/\/[^\n]*)*|(?<=^|\n)\s*--[^\n]*(?:\n\s*--[^\n]*)*/g;
const HASH_COMMENT = /(?<=^|\n)#[^\n]*(?:\n#[^\n]*)*/g;
const QUOTED = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const JSX_TEXT = /(?<=[>}])[^<>{}]*[a-z][^<>{}]*(?=[<{])/g;
const TEST_NAME = /(?<=\b(?:it|test|describe)(?:\.each\([^)]*\))?\()\s*(?:'(?:\\.|[^'\\])*'|`[^`]*`)/g;

/** How to read the prose of a file, by its name. The first matching row applies. */
const READERS = /** @type {Array<[RegExp, (text: string) => Piece[]]>} */ ([
  [/\.md$/, paragraphs],
  [/\.test\.tsx?$/, (text) => [...found(text, COMMENT), ...found(text, TEST_NAME)]],
  [/^packages\/web\/src\/.*\.tsx?$/, (text) => [...found(text, COMMENT), ...pageTexts(text)]],
  [/\.(?:tsx?|mjs|css|sql|html)$/, (text) => found(text, COMMENT)],
  [/\.(?:sh|yaml|example)$|Makefile$|Dockerfile$/, (text) => found(text, HASH_COMMENT)],
]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = filesOf(process.argv.slice(2)).flatMap(faultsOf);
  process.stdout.write(faults.map((fault) => `${fault}\n`).join(''));
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/**
 * Finds the sentences to rewrite. Code in backquotes is skipped.
 * @param {string} text a comment, a paragraph or a text of the page
 * @returns {string[]} in the order of the text
 */
export function faultySentences(text) {
  const plain = text.replaceAll(/`[^`]*`/g, 'code').replaceAll(/^[\s/*#>|-]+/gm, ' ');
  const sentences = plain.split(/(?<=[.!?:])\s+(?=[A-Z@])|\n\s*\n|\s\|\s/).map((sentence) => sentence.trim());
  return sentences.filter((sentence) => HEADLESS.test(sentence) || AVOIDED.test(sentence));
}

/** @param {string[]} paths files or folders; none means all tracked files */
function filesOf(paths) {
  const listed = execFileSync('git', ['ls-files', '--', ...paths], { cwd: root, encoding: 'utf8' });
  return listed.trim().split('\n');
}

/** @param {string} file */
function faultsOf(file) {
  const reader = READERS.find(([pattern]) => pattern.test(file))?.[1];
  if (!reader) return [];
  const text = readFileSync(`${root}/${file}`, 'utf8');
  return reader(text).flatMap((piece) =>
    faultySentences(piece.text).map(
      (sentence) =>
        `${file}:${text.slice(0, piece.at).split('\n').length}: ${sentence.replaceAll(/\s+/g, ' ')}`,
    ),
  );
}

/** @param {string} text @param {RegExp} pattern @returns {Piece[]} */
function found(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({
    at: match.index,
    text: match[0].replaceAll(/^\s*['"`]|['"`]$/g, ''),
  }));
}

/** @param {string} text @returns {Piece[]} quoted texts of two words or more, and text between tags */
function pageTexts(text) {
  const code = text.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ' '));
  return [...found(code, QUOTED).filter((piece) => /\w \w/.test(piece.text)), ...found(code, JSX_TEXT)];
}

/** @param {string} text @returns {Piece[]} text between blank lines, without code blocks */
function paragraphs(text) {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, (code) => code.replaceAll(/[^\n]/g, ' '));
  return found(prose, /[^\n]+(?:\n[^\n]+)*/g);
}
