/** Commands for a room's moderators and owners. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./moderation-acts.ts')).MODERATION_ACTS);

/** The group `moderators` of the help. */
export const MODERATION_COMMANDS: readonly SlashCommand[] = [
  { name: 'invite', aliases: [], args: '[name]', run: run('invite') },
  { name: 'kick', aliases: [], args: 'name [reason]', run: run('kick') },
  { name: 'ban', aliases: [], args: 'name [1d] [reason]', run: run('ban') },
  { name: 'unban', aliases: [], args: 'name', run: run('unban') },
  { name: 'bans', aliases: [], args: '', run: run('bans') },
  { name: 'mute', aliases: [], args: 'name [10m]', run: run('mute') },
  { name: 'unmute', aliases: [], args: 'name', run: run('unmute') },
  { name: 'slow', aliases: [], args: '30s | off', run: run('slow') },
  { name: 'role', aliases: [], args: 'name role', run: run('role') },
  { name: 'op', aliases: [], args: 'name', run: run('op') },
  { name: 'reports', aliases: [], args: '', run: run('reports') },
  { name: 'archive', aliases: [], args: '', run: run('archive') },
  { name: 'restore', aliases: [], args: '', run: run('restore') },
];
