/** The code of the commands for a room's moderators and owners. */

import { type Role, SLOW_MAX_SECONDS } from '@banter/protocol';
import { mayModerate } from '../page/message-actions.ts';
import { isolatedText } from '../text/bidi.ts';
import { durationText, isAhead, parseDuration } from '../text/duration.ts';
import { clockTime, dayName, momentText, visibleName } from '../text/format.ts';
import { joinLink } from '../text/link.ts';
import { distinctName } from '../text/room-title.ts';
import { type CommandContext, CommandError, firstWord, requireRoom, UsageError } from './command.ts';
import type { Run } from './later.ts';
import { findUser } from './people.ts';

/** The code of each command, by its name in the table. */
export const MODERATION_ACTS = {
  invite,
  kick,
  ban,
  unban,
  bans,
  mute,
  unmute,
  slow,
  role,
  op,
  reports,
  archive,
  restore,
} satisfies Record<string, Run>;

const MUTE_DEFAULT_MS = 10 * 60_000;
const ROLES: readonly string[] = ['owner', 'moderator', 'member'] satisfies Role[];

async function invite(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (rest === '') return inviteByLink(room.id, context);
  const user = await findUser(rest, context);
  const added = await context.client.api.setMember(room.id, user.id, 'member');
  if (!('role' in added))
    context.print(`${user.username} can only be asked, and was. /withdraw ${user.username} takes it back.`);
}

async function inviteByLink(roomId: number, { client, openDialog }: CommandContext): Promise<void> {
  const { code, expiresAt } = await client.api.createInvitation({ roomId });
  openDialog({ name: 'invitation', url: joinLink(location.origin, code), expiresAt });
}

async function kick(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const [name, reason] = firstWord(rest);
  const user = await findUser(name, context);
  if (user.id === context.page.self.id)
    throw new CommandError("You can't kick yourself. /part leaves the room.");
  const people = context.client.people(room.id);
  if (people.length > 0 && !people.some(({ userId }) => userId === user.id)) {
    throw new CommandError(`Nothing to do: ${user.username} isn't in this room.`);
  }
  await context.client.api.removeMember(room.id, user.id, reason === '' ? undefined : reason);
}

async function ban(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const [name, behind] = firstWord(rest);
  const user = await findUser(name, context);
  const [first, others] = firstWord(behind);
  const forMs = parseDuration(first);
  const reason = forMs === null ? behind : others;
  const end =
    forMs === null ? 'until /unban' : `until ${momentText(fromNow(context, forMs), fromNow(context, 0))}`;
  await confirm(context, `Ban ${visibleName(user.username)} from #${distinctName(room)} ${end}?`, 'ban');
  await context.client.api.ban(room.id, user.id, {
    ...(forMs === null ? {} : { until: fromNow(context, forMs) }),
    ...(reason === '' ? {} : { reason }),
  });
}

async function unban(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const user = await findUser(rest, context);
  const list = await context.client.api.bans(room.id);
  if (!list.some(({ userId }) => userId === user.id)) {
    throw new CommandError(`Nothing to do: ${user.username} isn't banned.`);
  }
  await context.client.api.unban(room.id, user.id);
}

async function bans(_rest: string, context: CommandContext): Promise<void> {
  const list = await context.client.api.bans(requireRoom(context).id);
  const lines = list.map(({ username, until, reason, byUsername }) => {
    const left = until === undefined ? 0 : Date.parse(until) - context.client.serverNow();
    const end = until && ` until ${clockTime(until)} on ${dayName(until)} (${durationText(left)} left)`;
    return `${username}${end ?? ''}, by ${byUsername}${reason === undefined ? '' : `: ${isolatedText(reason)}`}`;
  });
  context.print(lines.length === 0 ? 'No one is banned.' : `Banned:\n${lines.join('\n')}`);
}

async function mute(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const [name, time] = firstWord(rest);
  const forMs = time === '' ? MUTE_DEFAULT_MS : requireDuration(time);
  const user = await findUser(name, context);
  await context.client.api.mute(room.id, user.id, fromNow(context, forMs));
}

async function unmute(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const user = await findUser(rest, context);
  const person = context.client.people(room.id).find(({ userId }) => userId === user.id);
  if (person !== undefined && !isAhead(person.mutedUntil, context.client.serverNow())) {
    throw new CommandError(`Nothing to do: ${user.username} isn't muted.`);
  }
  await context.client.api.unmute(room.id, user.id);
}

async function slow(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (rest === '') throw new UsageError();
  const forMs = rest === 'off' || rest === '0' ? 0 : requireDuration(/^\d+$/.test(rest) ? `${rest}s` : rest);
  if (forMs > SLOW_MAX_SECONDS * 1_000) {
    throw new CommandError(`The longest wait is ${durationText(SLOW_MAX_SECONDS * 1_000)}.`);
  }
  if (forMs === 0 && room.slowSeconds === undefined) {
    throw new CommandError('Nothing to do: slow mode is off.');
  }
  await context.client.api.updateRoom(room.id, { slowSeconds: forMs / 1_000 });
}

async function role(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const [name, wanted] = firstWord(rest);
  if (name === '' || wanted === '') throw new UsageError();
  if (!isRole(wanted)) throw new CommandError('Unknown role. Use owner, moderator or member.');
  const user = await findUser(name, context);
  await context.client.api.setMember(room.id, user.id, wanted);
}

async function op(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  const user = await findUser(rest, context);
  await context.client.api.setMember(room.id, user.id, 'moderator');
}

async function reports(_rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (!mayModerate(context.page, room)) throw new CommandError('Moderators only.');
  context.openDialog({ name: 'reports', roomId: room.id });
}

async function archive(_rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  await confirm(context, `Archive #${distinctName(room)}? Nobody can write in it until /restore.`, 'archive');
  await context.client.api.archiveRoom(room.id);
}

async function restore(_rest: string, context: CommandContext): Promise<void> {
  await context.client.api.restoreRoom(requireRoom(context).id);
}

/** Asks before an act that is hard to undo. @throws CommandError when the person declines. */
function confirm({ openDialog }: CommandContext, question: string, action: string): Promise<void> {
  return new Promise((resolve, reject) => {
    openDialog({
      ...{ name: 'confirm', question, action },
      answer: (isYes) => (isYes ? resolve() : reject(new CommandError('Nothing was done.'))),
    });
  });
}

function isRole(text: string): text is Role {
  return ROLES.includes(text);
}

/** An ISO time `ms` from now by the server's clock. */
function fromNow({ client }: CommandContext, ms: number): string {
  return new Date(client.serverNow() + ms).toISOString();
}

/** Parses a duration. @throws CommandError naming a text that is not one. */
function requireDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null)
    throw new CommandError(`Unknown time ${text}. Use a number and a unit, such as 10m or 2h.`);
  return ms;
}
