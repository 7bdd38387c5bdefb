/** Commands for people. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./people-acts.ts')).PEOPLE_ACTS);

/** The group `people` of the help. */
export const PEOPLE_COMMANDS: readonly SlashCommand[] = [
  { name: 'names', aliases: ['who'], args: '', run: run('names') },
  { name: 'whois', aliases: [], args: 'name', run: run('whois') },
  { name: 'msg', aliases: ['m', 'w'], args: 'name text', run: run('msg') },
  { name: 'query', aliases: ['q', 'dm'], args: 'name …', run: run('query') },
  { name: 'away', aliases: [], args: '[reason]', run: run('away') },
  { name: 'back', aliases: [], args: '', run: run('back') },
  { name: 'ignore', aliases: [], args: '[name]', run: run('ignore') },
  { name: 'unignore', aliases: [], args: 'name', run: run('unignore') },
];
