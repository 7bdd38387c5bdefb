/** Reads the migrations: `NNNN_name.up.sql` beside `NNNN_name.down.sql`, numbered from 0001 without a gap. */
import type { SqlFile } from './run-sql.ts';
import { checksumOf, listSqlFiles, readSqlFile } from './sql-files.ts';

/** One way of a migration. `isTransactional` is false if it begins with `-- no-transaction`. */
export type MigrationFile = SqlFile & { isTransactional: boolean };

/** A pair of files. `label` is the number and name as in the files; `checksum` covers the up file. */
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
 * @throws Error naming a file whose name is wrong, whose number is taken or leaves a gap, or whose down file is missing.
 */
export async function readMigrations(directory: URL): Promise<Migration[]> {
  const names = await listSqlFiles(directory);
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
  if (missing) throw new Error(`The migration ${label} has no file ${missing}: write both ways`);
  const upFile = await readMigrationFile(directory, up);
  return {
    version: Number(label.slice(0, 4)),
    name: label.slice(5),
    label,
    checksum: checksumOf(upFile.sql),
    up: upFile,
    down: await readMigrationFile(directory, down),
  };
}

async function readMigrationFile(directory: URL, name: string): Promise<MigrationFile> {
  const file = await readSqlFile(directory, name);
  return { ...file, isTransactional: !NO_TRANSACTION.test(file.sql) };
}
