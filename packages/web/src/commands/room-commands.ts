/** Commands for rooms. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./room-acts.ts')).ROOM_ACTS);

/** The group `rooms` of the help. */
export const ROOM_COMMANDS: readonly SlashCommand[] = [
  { name: 'join', aliases: ['j'], args: '#room', run: run('join') },
  { name: 'create', aliases: [], args: '#room [topic]', run: run('create') },
  {
    name: 'closed',
    aliases: [],
    args: '#room [topic]',
    run: run('createClosed'),
  },
  { name: 'part', aliases: ['leave', 'p'], args: '[#room]', run: run('part') },
  { name: 'list', aliases: ['rooms'], args: '[text]', run: run('list') },
  { name: 'topic', aliases: ['t'], args: '[text]', run: run('topic') },
  { name: 'joins', aliases: [], args: 'show | hide', run: run('joins') },
  { name: 'rename', aliases: [], args: '#name', run: run('rename') },
];
