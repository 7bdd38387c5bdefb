/** The migration files: `NNNN_name.up.sql` beside `NNNN_name.down.sql`, numbered from 0001 without a hole. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** SQL text and whether it runs inside a transaction; `name` is the file's. */
export type MigrationFile = { name: string; sql: string; isTransactional: boolean };

/** `label` is number and name as in the files, `checksum` the SHA-256 of the up file in hex. */
export type Migration = {
  version: number;
  name: string;
  label: string;
  checksum: string;
  up: MigrationFile;
  down: MigrationFile;
};

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$/;
const NO_TRANSACTION = /^-- no-transaction\b/;

/**
 * Reads a folder of migrations, in order.
 * @throws Error naming the file that is misnamed, doubled, out of the numbering or without its down file.
 */
export async function readMigrations(directory: URL): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const misnamed = names.find((name) => !FILE_NAME.test(name));
  if (misnamed)
    throw new Error(`The migration ${misnamed} must be named like 0001_some_words.up.sql or .down.sql`);
  const labels = [...new Set(names.map((name) => name.replace(/\.(up|down)\.sql$/, '')))];
  checkNumbers(labels);
  return Promise.all(labels.map((label) => readMigration(directory, label, names)));
}

function checkNumbers(labels: string[]): void {
  for (const [index, label] of labels.entries()) {
    const previous = labels[index - 1];
    const number = Number(label.slice(0, 4));
    if (previous?.slice(0, 4) === label.slice(0, 4)) {
      throw new Error(`The migrations ${previous} and ${label} have the same number: renumber the later one`);
    }
    if (number !== index + 1) {
      throw new Error(`The migration ${label} must have the number ${String(index + 1).padStart(4, '0')}`);
    }
  }
}

async function readMigration(directory: URL, label: string, names: string[]): Promise<Migration> {
  const [up, down] = [`${label}.up.sql`, `${label}.down.sql`];
  const missing = [up, down].find((name) => !names.includes(name));
  if (missing) throw new Error(`The migration ${label} has no file ${missing}: each needs both ways`);
  const upFile = await readFileOf(directory, up);
  return {
    version: Number(label.slice(0, 4)),
    name: label.slice(5),
    label,
    checksum: createHash('sha256').update(upFile.sql).digest('hex'),
    up: upFile,
    down: await readFileOf(directory, down),
  };
}

/** Line ends are made equal, so that a checkout on another system has the same checksum. */
async function readFileOf(directory: URL, name: string): Promise<MigrationFile> {
  const sql = (await readFile(new URL(name, directory), 'utf8')).replaceAll('\r\n', '\n');
  return { name, sql, isTransactional: !NO_TRANSACTION.test(sql) };
}
