/** Commands for people. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./people-acts.ts')).PEOPLE_ACTS);

/** The group `people` of the help. */
export const PEOPLE_COMMANDS: readonly SlashCommand[] = [
  { name: 'names', aliases: ['who'], args: '', does: 'list the people here', run: run('names') },
  { name: 'whois', aliases: [], args: 'name', does: 'show a profile', run: run('whois') },
  { name: 'msg', aliases: ['m', 'w'], args: 'name text', does: 'message a person', run: run('msg') },
  { name: 'query', aliases: ['q', 'dm'], args: 'name …', does: 'open a direct room', run: run('query') },
  { name: 'away', aliases: [], args: '[reason]', does: 'mark yourself away', run: run('away') },
  { name: 'back', aliases: [], args: '', does: 'end your away status', run: run('back') },
  { name: 'ignore', aliases: [], args: '[name]', does: 'ignore, or list ignored', run: run('ignore') },
  { name: 'unignore', aliases: [], args: 'name', does: 'stop ignoring', run: run('unignore') },
];
