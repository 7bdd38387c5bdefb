/** Commands about people. */
import { clockTime, visibleName } from '../format.ts';
import { type CommandContext, firstWord, openRoomOf, type SlashCommand, UsageError } from './command.ts';
import { findUser, userName } from './people.ts';

export const PEOPLE_COMMANDS: readonly SlashCommand[] = [
  { name: 'names', aliases: ['who'], takes: '', does: 'who is in this room', run: names },
  { name: 'whois', aliases: [], takes: 'who', does: 'who that is', run: whois },
  { name: 'msg', aliases: ['m', 'w'], takes: 'who text', does: 'talk directly', run: msg },
  {
    name: 'query',
    aliases: ['q', 'dm'],
    takes: 'who …',
    does: 'with several',
    run: query,
  },
];

async function names(_rest: string, context: CommandContext): Promise<void> {
  const people = context.client.people(openRoomOf(context).id);
  const named = (state: string) => people.filter((each) => each.state === state).map((each) => each.username);
  context.print(
    `Here: ${named('online').join(', ') || 'nobody'}. Away: ${named('offline').join(', ') || 'nobody'}.`,
  );
}

async function whois(rest: string, context: CommandContext): Promise<void> {
  const user = await findUser(rest, '/whois who', context);
  const here = context.room === null ? undefined : context.client.people(context.room.id);
  const person = here?.find(({ userId }) => userId === user.id);
  const facts = [
    person && `${person.role} of this room`,
    person && (person.state === 'online' ? 'here' : 'away'),
    person?.mutedUntil && `muted until ${clockTime(person.mutedUntil)}`,
    user.admin && 'administrator of this server',
  ].filter(Boolean);
  const name = user.displayName === undefined ? '' : ` (${visibleName(user.displayName)})`;
  context.print(`${user.username}${name}: ${facts.join(', ') || 'not in this room'}.`);
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
