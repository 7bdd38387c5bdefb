/** Commands for rooms. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./room-acts.ts')).ROOM_ACTS);

/** The group `rooms` of the help. */
export const ROOM_COMMANDS: readonly SlashCommand[] = [
  { name: 'join', aliases: ['j'], args: '#room', does: 'join a room', run: run('join') },
  { name: 'create', aliases: [], args: '#room [topic]', does: 'create a room', run: run('create') },
  {
    name: 'closed',
    aliases: [],
    args: '#room [topic]',
    does: 'create an invite-only room',
    run: run('createClosed'),
  },
  { name: 'part', aliases: ['leave', 'p'], args: '[#room]', does: 'leave a room', run: run('part') },
  { name: 'list', aliases: ['rooms'], args: '[text]', does: 'rooms you can join', run: run('list') },
  { name: 'topic', aliases: ['t'], args: '[text]', does: 'show or set the topic', run: run('topic') },
  { name: 'joins', aliases: [], args: 'show | hide', does: 'show or hide joins', run: run('joins') },
  { name: 'rename', aliases: [], args: '#name', does: 'rename this room', run: run('rename') },
];
