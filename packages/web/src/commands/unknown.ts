/** Answers about commands, known and unknown. Loaded when they are needed. */
import { visibleName } from '../text/format.ts';
import { CommandError, type SlashCommand } from './command.ts';
import { purposeOf } from './purposes.ts';

/** The answer to an unknown command. It does not repeat the arguments, which may be secret. */
export function unknownText(name: string, suggestion: string | null): string {
  const hint = suggestion === null ? 'F1 lists all commands.' : `Did you mean /${suggestion}?`;
  const start = name === '' ? 'a space' : '//';
  return `Unknown command /${visibleName(name)}. ${hint} Nothing was sent. To send it as text, begin with ${start}.`;
}

/** Explains the command with that name, if there is one. @throws CommandError naming the nearest of `commands` otherwise. */
export function explained(
  name: string,
  command: SlashCommand | undefined,
  commands: readonly SlashCommand[],
): string {
  if (command === undefined) throw new CommandError(helplessText(nearestName(name, commands)));
  const { args, aliases } = command;
  const others = aliases.length === 0 ? '' : ` Also: /${aliases.join(', /')}.`;
  return `${`/${command.name} ${args}`.trimEnd()}: ${purposeOf(command)}.${others}`;
}

function helplessText(near: string | null): string {
  return near === null ? 'No such command. F1 lists all.' : `No such command. Did you mean /${near}?`;
}

/** Names that other chats have for commands of ours. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['set', 'account'],
  ['settings', 'account'],
  ['config', 'account'],
  ['preferences', 'account'],
  ['block', 'ignore'],
  ['channels', 'list'],
  ['exit', 'quit'],
  ['disconnect', 'quit'],
  ['pm', 'msg'],
  ['tell', 'msg'],
  ['users', 'names'],
]);

/** Words up to this length are near only if one letter differs: among short words, most are two letters apart. */
const SHORT_CHARS = 3;

/** The command or alias that was probably meant: at most two letters away, or one in a short word; null for none. */
export function nearestName(name: string, commands: readonly SlashCommand[]): string | null {
  const meant = ELSEWHERE.get(name.toLowerCase());
  if (meant !== undefined) return meant;
  const farthest = name.length > SHORT_CHARS ? 2 : 1;
  const names = commands.flatMap((command) => [
    command.name,
    ...command.aliases.filter((alias) => alias.length > 2),
  ]);
  const ranked = names
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each) }))
    .toSorted((first, second) => first.distance - second.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= farthest ? best.each : null;
}

/** Levenshtein distance: the number of letters to insert, delete or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, char] of Array.from(from).entries()) {
    const next = [line + 1];
    for (let index = 0; index < to.length; index++) {
      const change = (row[index] ?? 0) + (char === to[index] ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
