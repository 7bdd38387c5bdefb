/** Commands for a room's moderators and owners. */
import type { SlashCommand } from './command.ts';
import { later } from './later.ts';

const run = later(async () => (await import('./moderation-acts.ts')).MODERATION_ACTS);

/** The group `moderators` of the help. */
export const MODERATION_COMMANDS: readonly SlashCommand[] = [
  { name: 'invite', aliases: [], args: '[name]', does: 'add someone, or make a link', run: run('invite') },
  { name: 'kick', aliases: [], args: 'name [reason]', does: 'remove from this room', run: run('kick') },
  { name: 'ban', aliases: [], args: 'name [1d] [reason]', does: 'remove and ban', run: run('ban') },
  { name: 'unban', aliases: [], args: 'name', does: 'lift a ban', run: run('unban') },
  { name: 'bans', aliases: [], args: '', does: 'list the bans', run: run('bans') },
  { name: 'mute', aliases: [], args: 'name [10m]', does: 'mute for a time', run: run('mute') },
  { name: 'unmute', aliases: [], args: 'name', does: 'lift a mute', run: run('unmute') },
  { name: 'slow', aliases: [], args: '30s | off', does: 'set or end slow mode', run: run('slow') },
  { name: 'role', aliases: [], args: 'name role', does: 'owner, moderator, member', run: run('role') },
  { name: 'op', aliases: [], args: 'name', does: 'make someone a moderator', run: run('op') },
  { name: 'reports', aliases: [], args: '', does: 'list reported messages', run: run('reports') },
  { name: 'archive', aliases: [], args: '', does: 'make read-only', run: run('archive') },
  { name: 'restore', aliases: [], args: '', does: 'make writable again', run: run('restore') },
];
