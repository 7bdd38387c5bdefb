/** Reads SQL files, in the way that migrations and routines share. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { SqlFile } from './run-sql.ts';

/** Returns the names of a folder's `.sql` files, sorted. */
export async function listSqlFiles(directory: URL): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
}

/** Reads a file. Line ends become `\n`, so that a checkout on another system has the same checksum. */
export async function readSqlFile(directory: URL, name: string): Promise<SqlFile> {
  const sql = (await readFile(new URL(name, directory), 'utf8')).replaceAll('\r\n', '\n');
  return { name, sql };
}

/** Returns the SHA-256 of a text in hex. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
