/** Commands whose code is loaded when one of their group is first used: a first visit needs only their names. */
import { CommandError, type SlashCommand } from './command.ts';

/** The code of a command. */
export type Run = SlashCommand['run'];

/** Returns a function that makes the `run` of a command by its name in the loaded table. */
export function later<N extends string>(load: () => Promise<Record<N, Run>>): (name: N) => Run {
  return (name) => async (rest, context) => {
    const acts = await load().catch(() => {
      throw new CommandError("Couldn't load this command. Try again, or reload the page.");
    });
    await acts[name](rest, context);
  };
}
