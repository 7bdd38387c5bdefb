/** Builds an image without a container engine: every step is a plain command, and every stage has a folder. */

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { finalStage, type Instruction, type Stage } from './dockerfile.ts';

/** Long enough for a step that installs packages on a busy machine. */
const STEP_TIMEOUT_MS = 120_000;

/** The environment variables that a step gets from this machine. The test's settings are not among them. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR'];

/**
 * Builds every stage into `folder/<stage>`. Independent stages are built in parallel, as BuildKit does.
 * @param context the folder that Docker would get
 * @returns the folder of the last stage's `/`
 */
export async function buildImage(stages: Stage[], context: string, folder: string): Promise<string> {
  const built = new Map<string, Promise<void>>();
  const ignored = readIgnored(context);
  const places: Places = { context, ignored, rootOf: (name) => join(folder, name) };
  for (const stage of stages) {
    const uses = stage.instructions.flatMap(({ flags }) => built.get(flags.from ?? '') ?? []);
    built.set(
      stage.name,
      Promise.all(uses).then(() => buildStage(stage, places)),
    );
  }
  await Promise.all(built.values());
  return join(folder, finalStage(stages).name);
}

/** Returns the last WORKDIR of a stage, as a path inside the image. */
export function workdirOf(stage: Stage): string {
  return stage.instructions.findLast(({ name }) => name === 'WORKDIR')?.text ?? '/';
}

/** Returns the environment variables of this machine that a container would have too. */
export function bareEnvironment(): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

type Places = { context: string; ignored: (path: string) => boolean; rootOf: (stage: string) => string };

type Step = { stage: Stage; root: string; places: Places };

async function buildStage(stage: Stage, places: Places): Promise<void> {
  const step = { stage, root: places.rootOf(stage.name), places };
  for (const instruction of stage.instructions) await STEPS[instruction.name]?.(instruction, step);
}

/** The instructions that do work during the build. The others only describe the image. */
const STEPS: Record<string, (instruction: Instruction, step: Step) => Promise<void> | void> = {
  WORKDIR: ({ text }, { root }) => void mkdirSync(join(root, text), { recursive: true }),
  COPY: copy,
  RUN: runStep,
};

function copy({ flags, words }: Instruction, { stage, root, places }: Step): void {
  const from = flags.from;
  const target = words.at(-1) ?? '';
  const place = join(root, target.startsWith('/') ? target : posix.join(workdirOf(stage), target));
  for (const source of words.slice(0, -1)) {
    const path = join(from === undefined ? places.context : places.rootOf(from), source);
    const isInto = target.endsWith('/') && !statSync(path).isDirectory();
    cpSync(path, isInto ? join(place, basename(source)) : place, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => from !== undefined || !places.ignored(relative(places.context, file)),
    });
  }
}

async function runStep({ text }: Instruction, { stage, root }: Step): Promise<void> {
  await promisify(execFile)('sh', ['-c', text], {
    cwd: join(root, workdirOf(stage)),
    env: { ...bareEnvironment(), npm_config_prefer_offline: 'true' },
    timeout: STEP_TIMEOUT_MS,
  });
}

/** Reads .dockerignore. Its lines are plain paths, with `*` and a leading `**`. */
function readIgnored(context: string): (path: string) => boolean {
  const file = join(context, '.dockerignore');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#')).map(toPattern);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function toPattern(line: string): RegExp {
  const isAnywhere = line.startsWith('**/');
  const body = (isAnywhere ? line.slice(3) : line).replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return new RegExp(`^${isAnywhere ? '(?:.*/)?' : ''}${body}(?:/|$)`);
}
