/** Folders of migrations and routines on disk, and an empty database to apply them to. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Applied,
  migrateDown,
  migrateUp,
  type SchemaFolders,
  type SchemaStatus,
  schemaStatus,
  type Upgrade,
} from '../../src/store/migrate/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from './database.ts';
import { openSql, type Sql } from './sql.ts';

const WAYS = ['up', 'down'] as const;
const log = () => {};

/** Both folders, the database, and a connection to it. */
export class SchemaOnDisk {
  readonly sql: Sql;
  readonly #database: TestDatabase;
  readonly #root: string;

  private constructor(database: TestDatabase, sql: Sql, root: string) {
    this.sql = sql;
    this.#database = database;
    this.#root = root;
  }

  /** Creates the database and the folders, with two migrations that create the tables rooms and words. */
  static async create(): Promise<SchemaOnDisk> {
    const database = await createEmptyDatabase();
    const root = await mkdtemp(join(tmpdir(), 'banter-schema-'));
    for (const folder of ['migrations', 'routines']) await mkdir(join(root, folder));
    const schema = new SchemaOnDisk(database, await openSql(database.url), root);
    await schema.writeMigration('0001_rooms', 'create table rooms (id int)', 'drop table rooms');
    const words = 'create table words (id int); insert into words values (1)';
    await schema.writeMigration('0002_words', words, 'drop table words');
    return schema;
  }

  /** Drops the database and deletes the folders. */
  async remove(): Promise<void> {
    await this.sql.close();
    await this.#database.drop();
    await rm(this.#root, { recursive: true });
  }

  /** Applies the files, up to and including version `to` (default: all). */
  upgrade(to?: number): Promise<Upgrade> {
    const options = { log, folders: this.#folders(), ...(to === undefined ? {} : { to }) };
    return migrateUp(this.#database.url, options);
  }

  /** As `upgrade`; returns only the migrations. */
  async up(to?: number): Promise<Applied[]> {
    return (await this.upgrade(to)).migrations;
  }

  /** Undoes migrations. */
  down(steps = 1): Promise<Applied[]> {
    return migrateDown(this.#database.url, { log, folders: this.#folders(), steps });
  }

  /** Returns what the database has of the files. */
  status(): Promise<SchemaStatus> {
    return schemaStatus(this.#database.url, { log, folders: this.#folders() });
  }

  /** Returns each migration's name, and whether it is applied. */
  async applied(): Promise<string[]> {
    return (await this.status()).migrations.map(({ name, appliedAt }) => `${name} ${appliedAt !== null}`);
  }

  /** Writes both files of a migration. */
  async writeMigration(label: string, up: string, down: string): Promise<void> {
    await writeFile(this.migrationPath(`${label}.up.sql`), up);
    await writeFile(this.migrationPath(`${label}.down.sql`), down);
  }

  /** Renames both files of a migration. */
  async moveMigration(from: string, to: string): Promise<void> {
    for (const way of WAYS) {
      await rename(this.migrationPath(`${from}.${way}.sql`), this.migrationPath(`${to}.${way}.sql`));
    }
  }

  /** Deletes both files of a migration. */
  async removeMigration(label: string): Promise<void> {
    for (const way of WAYS) await rm(this.migrationPath(`${label}.${way}.sql`));
  }

  /** Returns the path of a file in the folder of migrations. */
  migrationPath(file: string): string {
    return join(this.#root, 'migrations', file);
  }

  /** Writes a file of routines. */
  writeRoutines(name: string, text: string): Promise<void> {
    return writeFile(join(this.#root, 'routines', `${name}.sql`), text);
  }

  /** Deletes a file of routines. */
  removeRoutines(name: string): Promise<void> {
    return rm(join(this.#root, 'routines', `${name}.sql`));
  }

  /** Returns the names of the database's tables. */
  async tables(): Promise<string[]> {
    const list = `select tablename as name from pg_tables where schemaname = 'public' order by 1`;
    return (await this.sql.rows<{ name: string }>(list)).map(({ name }) => name);
  }

  /** Returns the names of the database's functions, with their argument types. */
  async routines(): Promise<string[]> {
    const list = `
      select oid::regprocedure::text as name from pg_proc where pronamespace = 'public'::regnamespace order by 1`;
    return (await this.sql.rows<{ name: string }>(list)).map(({ name }) => name);
  }

  #folders(): SchemaFolders {
    const [migrations, routines] = ['migrations', 'routines'].map((name) =>
      pathToFileURL(`${join(this.#root, name)}/`),
    ) as [URL, URL];
    return { migrations, routines };
  }
}
