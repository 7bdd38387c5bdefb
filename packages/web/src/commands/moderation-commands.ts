/** Commands of those who keep order in a room. */
import { type Role, SLOW_MAX_SECONDS } from '@banter/protocol';
import { mayModerate } from '../page/message-actions.ts';
import { durationText, parseDuration } from '../text/duration.ts';
import { joinLink } from '../text/link.ts';
import { type CommandContext, firstWord, openRoomOf, type SlashCommand, UsageError } from './command.ts';
import { findUser } from './people.ts';

export const MODERATION_COMMANDS: readonly SlashCommand[] = [
  { name: 'invite', aliases: [], takes: '[who]', does: 'bring in, or make a link', run: invite },
  { name: 'kick', aliases: [], takes: 'who [why]', does: 'take out of this room', run: kick },
  { name: 'ban', aliases: [], takes: 'who [1d] [why]', does: 'and keep out, for a time', run: ban },
  { name: 'unban', aliases: [], takes: 'who', does: 'let them come back', run: unban },
  { name: 'bans', aliases: [], takes: '', does: 'who is kept out, and why', run: bans },
  { name: 'mute', aliases: [], takes: 'who [10m]', does: 'silence for a time', run: mute },
  { name: 'unmute', aliases: [], takes: 'who', does: 'let them speak again', run: unmute },
  { name: 'slow', aliases: [], takes: '30s | off', does: 'a wait between messages', run: slow },
  { name: 'role', aliases: [], takes: 'who role', does: 'owner, moderator, member', run: role },
  { name: 'op', aliases: [], takes: 'who', does: 'make somebody a moderator', run: op },
  { name: 'reports', aliases: [], takes: '', does: 'what people reported here', run: reports },
  { name: 'archive', aliases: [], takes: '', does: 'close; it can be read', run: archive },
  { name: 'restore', aliases: [], takes: '', does: 'open it again', run: restore },
];

const MUTE_DEFAULT_MS = 10 * 60_000;
const ROLES: readonly string[] = ['owner', 'moderator', 'member'] satisfies Role[];

async function invite(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  if (rest === '') return inviteByLink(room.id, context);
  const user = await findUser(rest, '/invite who', context);
  await context.client.api.setMember(room.id, user.id, 'member');
}

async function inviteByLink(roomId: number, { client, openDialog }: CommandContext): Promise<void> {
  const { code, expiresAt } = await client.api.createInvitation({ roomId });
  openDialog({ name: 'invitation', url: joinLink(location.origin, code), expiresAt });
}

async function kick(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const [who, why] = firstWord(rest);
  const user = await findUser(who, '/kick who [why]', context);
  if (user.id === context.page.self.id) throw new UsageError('To leave this room: /part');
  const people = context.client.people(room.id);
  if (people.length > 0 && !people.some(({ userId }) => userId === user.id)) {
    throw new UsageError(`Nothing to do: ${user.username} is not in this room.`);
  }
  await context.client.api.removeMember(room.id, user.id, why === '' ? undefined : why);
}

async function ban(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const [who, behind] = firstWord(rest);
  const user = await findUser(who, '/ban who [1d] [why]', context);
  const [first, others] = firstWord(behind);
  const forMs = parseDuration(first);
  const reason = forMs === null ? behind : others;
  await context.client.api.ban(room.id, user.id, {
    ...(forMs === null ? {} : { until: fromNow(forMs) }),
    ...(reason === '' ? {} : { reason }),
  });
}

async function unban(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const user = await findUser(rest, '/unban who', context);
  const bans = await context.client.api.bans(room.id);
  if (!bans.some(({ userId }) => userId === user.id)) {
    throw new UsageError(`Nothing to lift: ${user.username} is not banned from this room.`);
  }
  await context.client.api.unban(room.id, user.id);
}

async function bans(_rest: string, context: CommandContext): Promise<void> {
  const list = await context.client.api.bans(openRoomOf(context).id);
  const lines = list.map(({ username, until, reason, byUsername }) => {
    const end = until === undefined ? '' : ` for ${durationText(Date.parse(until) - Date.now())}`;
    return `${username}${end}, by ${byUsername}${reason === undefined ? '' : `: ${reason}`}`;
  });
  context.print(lines.length === 0 ? 'Nobody is kept out of this room.' : `Kept out:\n${lines.join('\n')}`);
}

async function mute(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const [who, time] = firstWord(rest);
  const forMs = time === '' ? MUTE_DEFAULT_MS : parseDuration(time);
  if (forMs === null) throw new UsageError('For how long? /mute who 10m');
  const user = await findUser(who, '/mute who [10m]', context);
  await context.client.api.mute(room.id, user.id, fromNow(forMs));
}

async function unmute(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const user = await findUser(rest, '/unmute who', context);
  const person = context.client.people(room.id).find(({ userId }) => userId === user.id);
  if (person !== undefined && person.mutedUntil === undefined) {
    throw new UsageError(`Nothing to lift: ${user.username} is not muted here.`);
  }
  await context.client.api.unmute(room.id, user.id);
}

async function slow(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const forMs = rest === 'off' || rest === '0' ? 0 : parseDuration(/^\d+$/.test(rest) ? `${rest}s` : rest);
  if (forMs === null || forMs > SLOW_MAX_SECONDS * 1_000) {
    throw new UsageError(
      `How long a wait? /slow 30s, up to ${durationText(SLOW_MAX_SECONDS * 1_000)}, or /slow off`,
    );
  }
  if (forMs === 0 && room.slowSeconds === undefined) {
    throw new UsageError('Nothing to end: slow mode is off here.');
  }
  await context.client.api.updateRoom(room.id, { slowSeconds: forMs / 1_000 });
}

async function role(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const [who, wanted] = firstWord(rest);
  if (!isRole(wanted)) throw new UsageError('Which role? /role who owner, moderator or member');
  const user = await findUser(who, '/role who role', context);
  await context.client.api.setMember(room.id, user.id, wanted);
}

async function op(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  const user = await findUser(rest, '/op who', context);
  await context.client.api.setMember(room.id, user.id, 'moderator');
}

async function reports(_rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  if (!mayModerate(context.page, room)) throw new UsageError('This is for those who keep order here.');
  context.openDialog({ name: 'reports', roomId: room.id });
}

async function archive(_rest: string, context: CommandContext): Promise<void> {
  await context.client.api.archiveRoom(openRoomOf(context).id);
}

async function restore(_rest: string, context: CommandContext): Promise<void> {
  await context.client.api.restoreRoom(openRoomOf(context).id);
}

function isRole(text: string): text is Role {
  return ROLES.includes(text);
}

/** A time on the wall clock, which is what the server goes by. */
function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
