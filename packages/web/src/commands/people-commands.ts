/** Commands about people. */
import type { PublicProfile } from '@banter/protocol';
import { agoText, clockTime, visibleName } from '../text/format.ts';
import { type CommandContext, firstWord, openRoomOf, type SlashCommand, UsageError } from './command.ts';
import { findUser, userName } from './people.ts';

export const PEOPLE_COMMANDS: readonly SlashCommand[] = [
  { name: 'names', aliases: ['who'], takes: '', does: 'who is in this room', run: names },
  { name: 'whois', aliases: [], takes: 'who', does: 'who that is', run: whois },
  { name: 'msg', aliases: ['m', 'w'], takes: 'who text', does: 'talk directly', run: msg },
  { name: 'query', aliases: ['q', 'dm'], takes: 'who …', does: 'with several', run: query },
  { name: 'away', aliases: [], takes: '[why]', does: 'say that you are away', run: away },
  { name: 'back', aliases: [], takes: '', does: 'and that you are back', run: back },
  { name: 'ignore', aliases: [], takes: '[who]', does: 'see nothing of them', run: ignore },
  { name: 'unignore', aliases: [], takes: 'who', does: 'see them again', run: unignore },
];

async function names(_rest: string, context: CommandContext): Promise<void> {
  const people = context.client.people(openRoomOf(context).id);
  const named = (state: string) => people.filter((each) => each.state === state).map((each) => each.username);
  const lists = [`Here: ${named('online').join(', ') || 'nobody'}.`];
  if (named('away').length > 0) lists.push(`Away: ${named('away').join(', ')}.`);
  lists.push(`Not here: ${named('offline').join(', ') || 'nobody'}.`);
  context.print(lists.join(' '));
}

async function whois(rest: string, context: CommandContext): Promise<void> {
  const user = await findUser(rest, '/whois who', context);
  const here = context.room === null ? undefined : context.client.people(context.room.id);
  const person = here?.find(({ userId }) => userId === user.id);
  const facts = [
    person && `${person.role} of this room`,
    stateText(user),
    person?.mutedUntil && `muted until ${clockTime(person.mutedUntil)}`,
    user.admin && 'administrator of this server',
    user.timeZone && `it is ${timeIn(user.timeZone)} there`,
    user.about,
  ].filter(Boolean);
  const name = user.displayName === undefined ? '' : ` (${visibleName(user.displayName)})`;
  context.print(`${user.username}${name}: ${facts.join(', ')}.`);
}

function stateText({ state, awayMessage, lastSeenAt }: PublicProfile): string {
  if (state === 'online') return 'here';
  if (state === 'away') return awayMessage === undefined ? 'away' : `away: ${awayMessage}`;
  return lastSeenAt === undefined ? 'never here' : `last here ${agoText(lastSeenAt)}`;
}

/** `14:07` in a zone that the server has taken; empty where this browser does not know it. */
function timeIn(timeZone: string): string {
  try {
    const form = { timeZone, hour: '2-digit', minute: '2-digit', hour12: false } as const;
    return new Intl.DateTimeFormat('en-GB', form).format(new Date());
  } catch {
    return '';
  }
}

async function away(rest: string, { client, print }: CommandContext): Promise<void> {
  await client.api.setPresence({ state: 'away', ...(rest === '' ? {} : { message: rest }) });
  print('You are away. /back when you are back.');
}

async function back(_rest: string, { client, print }: CommandContext): Promise<void> {
  await client.api.setPresence({ state: 'online' });
  print('You are back.');
}

async function ignore(rest: string, context: CommandContext): Promise<void> {
  if (rest === '') return showIgnored(context);
  const user = await findUser(rest, '/ignore who', context);
  await context.client.api.ignore(user.id);
  context.print(`You see nothing more of ${user.username}. /unignore ${user.username} to change that.`);
}

async function showIgnored({ client, print }: CommandContext): Promise<void> {
  const list = await client.api.ignored();
  print(
    list.length === 0
      ? 'You ignore nobody.'
      : `You ignore ${list.map(({ username }) => username).join(', ')}.`,
  );
}

async function unignore(rest: string, context: CommandContext): Promise<void> {
  const user = await findUser(rest, '/unignore who', context);
  await context.client.api.unignore(user.id);
  context.print(`You see ${user.username} again.`);
}

async function msg(rest: string, { client, openRoom }: CommandContext): Promise<void> {
  const [who, text] = firstWord(rest);
  if (text === '') throw new UsageError('What do you want to say? /msg who text');
  const room = await client.openDirect({ usernames: [userName(who, '/msg who text')] });
  client.send(room.id, text);
  openRoom(room.id);
}

async function query(rest: string, { client, openRoom }: CommandContext): Promise<void> {
  const usernames = rest.split(/[\s,]+/).filter(Boolean);
  if (usernames.length === 0) throw new UsageError('With whom? /query who');
  const room = await client.openDirect({ usernames: usernames.map((name) => userName(name, '/query who')) });
  openRoom(room.id);
}
