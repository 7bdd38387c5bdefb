/** Parses the part of the Dockerfile grammar that deploy/Dockerfile uses. */

/** One instruction: `COPY`, its flags (`--from=build`) and its words. */
export type Instruction = { name: string; flags: Record<string, string>; words: string[]; text: string };

/** The instructions between one FROM and the next. */
export type Stage = { name: string; base: string; instructions: Instruction[] };

/**
 * Parses a Dockerfile.
 * @returns its stages in order; a stage without a name is called `final`
 * @throws {Error} for an instruction before the first FROM
 */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of logicalLines(text).map(parseInstruction)) {
    if (instruction.name === 'FROM') stages.push(openStage(instruction));
    else if (stages.length === 0) throw new Error(`${instruction.name} is before the first FROM`);
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** Returns the stage that becomes the image. @throws {Error} if the file has no FROM */
export function finalStage(stages: Stage[]): Stage {
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error('the Dockerfile has no FROM');
  return stage;
}

/** Returns the words of an instruction in exec form, a JSON array. */
export function execForm(text: string): string[] {
  return JSON.parse(text);
}

/** Returns the settings of all ENV instructions, such as `ENV A=1 B=2`. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = instructionsOf(stage, 'ENV').flatMap(({ words }) => words);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Returns the instructions with this name, in order. */
export function instructionsOf(stage: Stage, name: string): Instruction[] {
  return stage.instructions.filter((instruction) => instruction.name === name);
}

/** Returns the only instruction with this name. @throws {Error} if there is not exactly one */
export function onlyInstruction(stage: Stage, name: string): Instruction {
  const [instruction, ...others] = instructionsOf(stage, name);
  if (instruction === undefined || others.length > 0) throw new Error(`the stage needs exactly one ${name}`);
  return instruction;
}

function logicalLines(text: string): string[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line: string): Instruction {
  const [name = '', ...rest] = line.split(/\s+/);
  const flags: Record<string, string> = {};
  while (rest[0]?.startsWith('--')) {
    const [flag = '', value = ''] = rest.shift()?.slice(2).split('=') ?? [];
    flags[flag] = value;
  }
  return { name, flags, words: rest, text: rest.join(' ') };
}

function openStage({ words }: Instruction): Stage {
  const [base = '', as, name = 'final'] = words;
  return { base, name: as === 'AS' ? name : 'final', instructions: [] };
}
