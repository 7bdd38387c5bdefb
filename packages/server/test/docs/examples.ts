/** Runs the examples of a document: its shell blocks, in one shell, each compared with the output that follows it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fence, fencesOf } from './markdown.ts';

/** A shell block. `expected` is null when the document shows no output; then it must print none. */
export type Example = { script: string; expected: string | null; line: number };
/** The output of a shell block, with its exit code. */
export type Outcome = { output: string; code: number };

const OUTPUT_LANGUAGES = ['json', 'text'];
/** Separates the outputs of two examples. No example prints this character. */
const SEPARATOR = '\x1e';

/** Returns every `sh` block, with the `json` or `text` block that follows it. */
export function examplesOf(markdown: string): Example[] {
  const fences = fencesOf(markdown);
  return fences.flatMap((fence, index) =>
    fence.language === 'sh'
      ? [{ script: fence.text, expected: outputOf(fences[index + 1]), line: fence.line }]
      : [],
  );
}

/** Runs the examples in one bash, in `folder`, so that later ones see the variables of earlier ones. */
export async function runExamples(
  examples: readonly Example[],
  folder: string,
  env: Record<string, string>,
): Promise<Outcome[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'banter-docs-'));
  try {
    const file = join(scratch, 'examples.sh');
    const mark = `printf '${SEPARATOR}%s${SEPARATOR}' "$?"`;
    await writeFile(file, examples.map(({ script }) => `${script}${mark}\n`).join(''));
    const output = await runBash(file, folder, { TMPDIR: scratch, ...env });
    const parts = output.split(SEPARATOR);
    return examples.map((_, i) => ({ output: parts[2 * i] ?? '', code: Number(parts[2 * i + 1] ?? -1) }));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Returns both texts as values that are equal if the output is as the document shows it. JSON is compared by value. A time
 * matches any time, and `…` matches the rest of a text or line. Presence events and heartbeats are left out.
 */
export function comparable(output: string, expected: string): { output: unknown[]; expected: unknown[] } {
  const wanted = partsOf(expected).map(({ value }) => value);
  const given = partsOf(output).filter(({ value }) => !isFleeting(value));
  return {
    output: given.map(({ text, value }, i) => fit(typeof wanted[i] === 'string' ? text : value, wanted[i])),
    expected: wanted,
  };
}

function outputOf(fence: Fence | undefined): string | null {
  return fence && OUTPUT_LANGUAGES.includes(fence.language) ? fence.text : null;
}

function runBash(file: string, cwd: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [file], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

/** Parses the whole text as one JSON value, or else each line as JSON or text. */
function partsOf(text: string): { text: string; value: unknown }[] {
  const whole = parse(text);
  if (typeof whole !== 'string') return [{ text, value: whole }];
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ text: line, value: parse(line) }));
}

/** Parses JSON. Returns a text that is not JSON unchanged. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isFleeting(value: unknown): boolean {
  return isRecord(value) && (value.type === 'presence' || value.type === 'ping');
}

/** Returns `given`, with the values of `wanted` wherever that one leaves the value open. */
function fit(given: unknown, wanted: unknown): unknown {
  if (typeof given === 'string' && typeof wanted === 'string') return fitText(given, wanted);
  if (Array.isArray(given) && Array.isArray(wanted)) return given.map((item, i) => fit(item, wanted[i]));
  if (!isRecord(given) || !isRecord(wanted)) return given;
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, fit(value, wanted[key])]));
}

function fitText(given: string, wanted: string): string {
  if (TIME.test(wanted)) return TIME.test(given) ? wanted : given;
  const [start = '', ...rest] = wanted.split('…');
  return rest.length > 0 && given.length > start.length && given.startsWith(start) ? wanted : given;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
