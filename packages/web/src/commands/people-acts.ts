/** The code of the commands for people. */
import type { PublicProfile, Room } from '@banter/protocol';
import { isolatedText } from '../text/bidi.ts';
import { isAhead } from '../text/duration.ts';
import { agoText, momentText, visibleName } from '../text/format.ts';
import { type CommandContext, firstWord, requireRoom, UsageError } from './command.ts';
import type { Run } from './later.ts';
import { findUser, userName } from './people.ts';

/** The code of each command, by its name in the table. */
export const PEOPLE_ACTS = { names, whois, msg, query, away, back, ignore, unignore } satisfies Record<
  string,
  Run
>;

async function names(_rest: string, context: CommandContext): Promise<void> {
  const people = context.client.people(requireRoom(context).id);
  const named = (state: string) =>
    people
      .filter((each) => each.state === state)
      .map((each) => each.username)
      .join(', ');
  const lists = [`Online: ${named('online') || 'none'}.`];
  if (named('away') !== '') lists.push(`Away: ${named('away')}.`);
  lists.push(`Offline: ${named('offline') || 'none'}.`);
  context.print(lists.join(' '));
}

async function whois(rest: string, context: CommandContext): Promise<void> {
  const user = await findUser(rest, context);
  const people = context.room === null ? undefined : context.client.people(context.room.id);
  const person = people?.find(({ userId }) => userId === user.id);
  const now = context.client.serverNow();
  const facts = [
    person && `${person.role} in this room`,
    stateText(user, now),
    isAhead(person?.mutedUntil, now) &&
      `muted until ${momentText(person.mutedUntil, new Date(now).toISOString())}`,
    user.admin && 'administrator of this server',
    user.timeZone && `local time ${timeIn(user.timeZone, now)}`,
    user.about && isolatedText(user.about),
  ].filter(Boolean);
  const name = user.displayName === undefined ? '' : ` (${isolatedText(visibleName(user.displayName))})`;
  context.print(`${user.username}${name}: ${facts.join(', ')}.`);
}

function stateText({ state, awayMessage, lastSeenAt }: PublicProfile, now: number): string {
  if (state === 'online') return 'online';
  if (state === 'away') return awayMessage === undefined ? 'away' : `away: ${isolatedText(awayMessage)}`;
  return lastSeenAt === undefined ? 'never seen' : `last seen ${agoText(lastSeenAt, now)}`;
}

/** `14:07`, the time in a zone at `now`; empty when this browser does not know it. */
function timeIn(timeZone: string, now: number): string {
  try {
    const form = { timeZone, hour: '2-digit', minute: '2-digit', hour12: false } as const;
    return new Intl.DateTimeFormat('en-GB', form).format(now);
  } catch {
    return '';
  }
}

async function away(rest: string, { client, print }: CommandContext): Promise<void> {
  await client.api.setPresence({ state: 'away', ...(rest === '' ? {} : { message: rest }) });
  print("You're marked away. Type /back when you return.");
}

async function back(_rest: string, { client, print }: CommandContext): Promise<void> {
  await client.api.setPresence({ state: 'online' });
  print("You're no longer marked away.");
}

async function ignore(rest: string, context: CommandContext): Promise<void> {
  if (rest === '') return showIgnored(context);
  const user = await findUser(rest, context);
  await context.client.api.ignore(user.id);
  context.print(`Ignoring ${user.username}. /unignore ${user.username} to undo.`);
}

async function showIgnored({ client, print }: CommandContext): Promise<void> {
  const list = await client.api.ignored();
  print(
    list.length === 0 ? 'Ignored: none.' : `Ignored: ${list.map(({ username }) => username).join(', ')}.`,
  );
}

async function unignore(rest: string, context: CommandContext): Promise<void> {
  const user = await findUser(rest, context);
  await context.client.api.unignore(user.id);
  context.print(`No longer ignoring ${user.username}.`);
}

async function msg(rest: string, context: CommandContext): Promise<void> {
  const { client, openRoom } = context;
  const [name, text] = firstWord(rest);
  if (text === '') throw new UsageError();
  const room = await client.openDirect({ usernames: [userName(name)] });
  client.send(room.id, text);
  openRoom(room.id);
  tellWhoWasAsked(room, context);
}

async function query(rest: string, context: CommandContext): Promise<void> {
  const { client, openRoom } = context;
  const usernames = rest.split(/[\s,]+/).filter(Boolean);
  if (usernames.length === 0) throw new UsageError();
  const room = await client.openDirect({ usernames: usernames.map(userName) });
  openRoom(room.id);
  tellWhoWasAsked(room, context);
}

/** Prints a line if people of a direct room are not in it: strangers come in once they accept. */
function tellWhoWasAsked({ members, people = [] }: Room, { print }: CommandContext): void {
  if (members < people.length)
    print('Not everybody is in yet: strangers are asked first. /withdraw takes it back.');
}
