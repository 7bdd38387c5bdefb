/** One PostgreSQL server for a test run, with a migrated database that every test file copies. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/store/embedded/embedded.ts';
import { migrateUp } from '../../src/store/migrate/migrate.ts';
import { createDatabase, databaseUrl, dropDatabase } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a database on the test server. Its account may create others. */
    serverUrl: string;
    /** The name of the migrated database. */
    templateName: string;
  }
}

type Server = { url: string; stop(): Promise<void> };

const silent = () => {};

/** vitest's global set-up. Returns the tear-down. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const templateName = `banter_template_${randomUUID().slice(0, 8)}`;
  await createDatabase(server.url, templateName);
  await migrateUp(databaseUrl(server.url, templateName), { log: silent });
  project.provide('serverUrl', server.url);
  project.provide('templateName', templateName);
  return async () => {
    await dropDatabase(server.url, templateName);
    await server.stop();
  };
}

/** Returns the server that TEST_DATABASE_URL names, else starts a temporary one. */
async function startServer(): Promise<Server> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { url, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'banter-tests-'));
  const settings = { max_connections: '200' };
  const embedded = await startEmbedded({ dataDir, log: silent, settings });
  const stop = async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: embedded.url, stop };
}
