import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Container, startContainer } from './deploy/container.ts';
import {
  execForm,
  finalStage,
  instructionsOf,
  onlyInstruction,
  parseDockerfile,
} from './deploy/dockerfile.ts';
import { buildImage } from './deploy/image.ts';
import { createEmptyDatabase } from './harness/database.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const stages = parseDockerfile(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8'));
const final = finalStage(stages);
const SECRET = 'no secret, and at least thirty-two bytes';
/** Replaces the image's user, which this machine does not have. PostgreSQL runs only as an account that exists. */
const NOBODY = 65_534;
const BUILD_TIMEOUT_MS = 180_000;
/** A first start creates a database, which takes a while on a busy machine. */
const START_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 90_000;

describe('the image', { timeout: TEST_TIMEOUT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'banter-image-'));
  const started: Container[] = [];
  let image = '';

  const start = async (settings: Record<string, string>, user?: number): Promise<Container> => {
    const container = await startContainer(final, image, settings, user);
    started.push(container);
    return container;
  };
  const isHealthy = (container: Container) =>
    vi.waitFor(async () => expect(await container.checkHealth(), container.output()).toBe(0), {
      timeout: START_TIMEOUT_MS,
      interval: 100,
    });

  beforeAll(async () => {
    // The image's user differs from the one that builds, and must be able to read the folder.
    chmodSync(folder, 0o755);
    image = await buildImage(stages, root, folder);
  }, BUILD_TIMEOUT_MS);

  afterAll(() => {
    for (const container of started) container.signal('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }, BUILD_TIMEOUT_MS);

  it('contains the server, the page and production libraries, but no sources or build tools', () => {
    const contains = (path: string) => existsSync(join(image, 'app', path));
    const needed = ['packages/server/dist/main.js', 'packages/web/dist/index.html', 'node_modules/pg'];
    const unwanted = [
      'packages/server/src',
      'node_modules/typescript',
      'node_modules/vitest',
      'node_modules/vite',
    ];
    expect(needed.filter((path) => !contains(path))).toEqual([]);
    expect([...unwanted, '.git', '.env', 'data'].filter(contains)).toEqual([]);
  });

  it('is based on the slim Debian image of the oldest supported Node, and runs as an ordinary user', () => {
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set(['node:20-bookworm-slim']));
    expect(onlyInstruction(final, 'USER').text).toBe('1000:1000');
    const [volume] = instructionsOf(final, 'COPY').filter(({ words }) => words.at(-1) === '/data');
    expect(volume?.flags.chown).toBe('1000:1000');
    expect(onlyInstruction(final, 'STOPSIGNAL').text).toBe('SIGTERM');
    expect(instructionsOf(final, 'RUN')).toEqual([]);
  });

  it('migrates the given database, reports when it is ready, and exits with 0 on SIGTERM', async () => {
    const database = await createEmptyDatabase();
    const container = await start({ DATABASE_URL: database.url, JWT_SECRET: SECRET });
    expect(await container.checkHealth()).not.toBe(0);
    await isHealthy(container);
    expect(await countMigrations(database.url)).toBeGreaterThan(0);
    container.signal('SIGTERM');
    expect(await container.exited, container.output()).toBe(0);
    expect(await container.checkHealth()).not.toBe(0);
    await database.drop();
  });

  it('runs without a given database, on its volume and as its own user', async () => {
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(join(image, 'data'), NOBODY, NOBODY);
    const container = await start({}, isRoot ? NOBODY : undefined);
    await isHealthy(container);
    container.signal('SIGTERM');
    expect(await container.exited, container.output()).toBe(0);
    expect(existsSync(join(image, 'data/postgres'))).toBe(true);
  });

  it('does not start with a given database and no secret, and names the missing setting', async () => {
    const database = await createEmptyDatabase();
    const container = await start({ DATABASE_URL: database.url });
    expect(await container.exited).not.toBe(0);
    expect(container.output()).toContain('JWT_SECRET');
    await database.drop();
  });
});

describe('the compose file', () => {
  const compose = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'));
  const { app, database } = compose.services;

  it('starts the app once PostgreSQL is healthy, and checks the health of the app', () => {
    expect(app.depends_on.database.condition).toBe('service_healthy');
    expect(database.healthcheck.test).toContain('pg_isready');
    const healthCheck = onlyInstruction(final, 'HEALTHCHECK').text;
    expect(app.healthcheck.test.slice(1)).toEqual(execForm(healthCheck.slice(healthCheck.indexOf('['))));
  });

  it('builds the Dockerfile in its folder, with the root of the repository as context', () => {
    expect(existsSync(join(root, 'deploy', app.build.context, app.build.dockerfile))).toBe(true);
    expect(app.build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile' });
  });

  it('keeps the data in a named volume, and publishes no database port', () => {
    const [volume, target] = database.volumes[0].split(':');
    expect(Object.keys(compose.volumes)).toContain(volume);
    expect(target).toBe('/var/lib/postgresql/data');
    expect(database.ports).toBeUndefined();
    expect(app.ports).toEqual(['$' + '{LISTEN:-127.0.0.1:8080}:8080']);
  });

  it('restarts both after a crash, and gives the app time to stop', () => {
    expect([app.restart, database.restart]).toEqual(['unless-stopped', 'unless-stopped']);
    expect(Number.parseInt(app.stop_grace_period, 10)).toBeGreaterThan(10);
  });

  it('rejects a start without JWT_SECRET', async () => {
    // The shell has the same expansion, so it can test this.
    const expand = (env: Record<string, string>) =>
      promisify(execFile)('sh', ['-c', `printf %s "${app.environment.JWT_SECRET}"`], { env });
    expect((await expand({ JWT_SECRET: SECRET })).stdout).toBe(SECRET);
    await expect(expand({})).rejects.toThrow(/JWT_SECRET: set it to at least 32/);
    await expect(expand({ JWT_SECRET: '' })).rejects.toThrow(/JWT_SECRET: set it to at least 32/);
  });
});

async function countMigrations(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select count(*)::int as applied from schema_migrations');
  await client.end();
  return rows[0].applied;
}
