/** Runs a built image without a container engine: its entry point and health check, with the image's settings. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, execForm, onlyInstruction, type Stage } from './dockerfile.ts';
import { bareEnvironment, workdirOf } from './image.ts';

/** A running image. */
export type Container = {
  /** Runs the HEALTHCHECK command. @returns its exit code */
  checkHealth(): Promise<number>;
  /** Sends a signal to the first process. */
  signal(name: NodeJS.Signals): void;
  /** The first process's exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** Returns everything it has printed so far. */
  output(): string;
};

/**
 * Starts the image's ENTRYPOINT, listening on loopback only.
 * @param image the folder that holds the image's `/`
 * @param settings `docker run --env`
 * @param user the user and group to run as; those of this process by default
 */
export async function startContainer(
  stage: Stage,
  image: string,
  settings: Record<string, string>,
  user?: number,
): Promise<Container> {
  const env = {
    ...bareEnvironment(),
    ...insideImage(environmentOf(stage), image),
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    ...settings,
  };
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const options = { cwd: join(image, workdirOf(stage)), env, ...identity };
  const [command = '', ...args] = execForm(onlyInstruction(stage, 'ENTRYPOINT').text);
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    checkHealth: () => exitCodeOf(healthCommand(stage), options),
    signal: (name) => void child.kill(name),
    exited: once(child, 'exit').then(([code, signal]) => code ?? signal),
    output: () => output,
  };
}

/** The words after HEALTHCHECK's CMD. */
function healthCommand(stage: Stage): string[] {
  const { words } = onlyInstruction(stage, 'HEALTHCHECK');
  return execForm(words.slice(words.indexOf('CMD') + 1).join(' '));
}

async function exitCodeOf([command = '', ...args]: string[], options: object): Promise<number> {
  try {
    await promisify(execFile)(command, args, options);
    return 0;
  } catch (error) {
    return error instanceof Error && 'code' in error ? Number(error.code) : 1;
  }
}

/** Maps settings that are absolute paths into the image's folder. */
function insideImage(settings: Record<string, string>, image: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      value.startsWith('/') ? join(image, value) : value,
    ]),
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
