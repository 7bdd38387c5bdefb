import type { Client } from '@banter/client';
import type { Room } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import type { Page } from '../page/page.ts';
import { type CommandContext, CommandError, UsageError, usageText } from './command.ts';
import { COMMANDS, parseLine } from './commands.ts';
import { purposeOf } from './purposes.ts';
import { nearestName, unknownText } from './unknown.ts';

const LOBBY: Room = {
  id: 1,
  name: 'lobby',
  kind: 'open',
  topic: 'first things',
  joined: true,
  head: 0,
  unread: 0,
  mentions: 0,
  members: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
};
const TIDES: Room = { ...LOBBY, id: 2, name: 'Tides', joined: false };

/** Runs a command and returns its calls to the client and the page. */
async function run(
  line: string,
  room: Room | null = LOBBY,
  formerRoom: Room | null = null,
): Promise<string[]> {
  const done: string[] = [];
  const record = (what: string) => void done.push(what);
  const api = {
    rooms: async () => ({ rooms: [LOBBY, TIDES] }),
    updateRoom: async (id: number, input: object) => record(`update ${id} ${JSON.stringify(input)}`),
  };
  const client = {
    api,
    rooms: [LOBBY],
    people: () => [
      { userId: 1, username: 'juno', role: 'member', state: 'online' },
      { userId: 2, username: 'hal', role: 'member', state: 'offline' },
    ],
    joinRoom: async (id: number) => {
      record(`join ${id}`);
      return TIDES;
    },
    createRoom: async (input: object) => {
      record(`create ${JSON.stringify(input)}`);
      return TIDES;
    },
    leaveRoom: async (id: number) => record(`leave ${id}`),
  } as unknown as Client;
  const context: CommandContext = {
    client,
    room,
    formerRoom,
    closeRoom: (id) => record(`close ${id}`),
    openRoom: (id) => record(`open ${id}`),
    openDialog: (dialog) => record(dialog.name === 'join' ? `panel ${dialog.filter}` : dialog.name),
    page: {} as Page,
    sendAction: (text) => record(`action ${text}`),
    print: (text) => record(text),
    signOut: async () => record('sign out'),
  };
  const parsed = parseLine(line);
  if (parsed.kind !== 'command') throw new Error(`not a command: ${line}`);
  await parsed.command.run(parsed.rest, context);
  return done;
}

describe('parsing a line', () => {
  it('distinguishes messages from commands', () => {
    expect(parseLine('hello /join')).toEqual({ kind: 'message', content: 'hello /join' });
    expect(parseLine('//join')).toEqual({ kind: 'message', content: '/join' });
    expect(parseLine(' /join')).toEqual({ kind: 'message', content: ' /join' });
    expect(parseLine('/JOIN #x')).toMatchObject({ kind: 'command', rest: '#x' });
    expect(parseLine('/j #x')).toMatchObject({ command: { name: 'join' } });
  });

  it.each(['/etc/hosts is wrong', '/home/x', '/home/x\nis full', '/s/foo/bar/', '/join/x', '/a/'])(
    'takes a first word with a second slash as text: %s',
    (line) => expect(parseLine(line)).toEqual({ kind: 'message', content: line }),
  );

  it('takes a slash in a later word as part of a command', () => {
    expect(parseLine('/me reads /etc/hosts')).toMatchObject({ kind: 'command', rest: 'reads /etc/hosts' });
    expect(parseLine('/24 and 10/8')).toMatchObject({ kind: 'unknown', name: '24' });
    expect(parseLine('//etc/hosts')).toEqual({ kind: 'message', content: '//etc/hosts' });
    expect(parseLine('// comment\nlet x')).toEqual({ kind: 'message', content: '// comment\nlet x' });
    expect(parseLine('／ｍｅ waves')).toMatchObject({ command: { name: 'me' }, rest: 'waves' });
    expect(parseLine('／msg bob')).toMatchObject({ command: { name: 'msg' } });
  });

  it('never treats an unknown command as a message, and suggests a known one', () => {
    expect(parseLine('/jion #x')).toEqual({ kind: 'unknown', name: 'jion' });
    expect(nearestName('jion', COMMANDS)).toBe('join');
    expect(parseLine('/xyzzy hunter2')).toEqual({ kind: 'unknown', name: 'xyzzy' });
    expect(nearestName('xyzzy', COMMANDS)).toBe(null);
    expect(parseLine('/').kind).toBe('unknown');
    expect(parseLine('/\nx').kind).toBe('unknown');
  });

  it('answers an unknown command without repeating its arguments', () => {
    const nothing = 'Nothing was sent. To send it as text, begin with //.';
    expect(unknownText('jion', 'join')).toBe(`Unknown command /jion. Did you mean /join? ${nothing}`);
    expect(unknownText('zzz', null)).toBe(`Unknown command /zzz. F1 lists all commands. ${nothing}`);
  });

  it.each([
    ['set', 'account'],
    ['tpoic', 'topic'],
    ['kik', 'kick'],
    ['users', 'names'],
    ['got', null],
    ['constructor', null],
  ])('suggests for /%s: %s', (name, suggestion) => {
    expect(parseLine(`/${name} x`)).toEqual({ kind: 'unknown', name });
    expect(nearestName(name, COMMANDS)).toBe(suggestion);
  });

  it('shows the usage of each command', () => {
    expect(usageText({ name: 'kick', args: 'name [reason]' })).toBe('Usage: /kick name [reason]');
    expect(usageText({ name: 'password', args: '' })).toBe('Usage: /password');
  });

  it('has no name or alias twice', () => {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('commands', () => {
  it('/join finds a room in any case and opens it', async () => {
    expect(await run('/join #tides')).toEqual(['join 2', 'open 2']);
  });

  it('/join offers to create a room that does not exist', async () => {
    expect(await run('/join #harbour')).toEqual(['panel harbour']);
  });

  it('/create takes a topic', async () => {
    expect(await run('/create #sea all about it')).toEqual([
      'create {"name":"sea","topic":"all about it"}',
      'open 2',
    ]);
    expect(await run('/create sea')).toEqual(['create {"name":"sea"}', 'open 2']);
  });

  it('/part leaves the open room or the one named', async () => {
    expect(await run('/part')).toEqual(['leave 1', 'close 1', 'You left #lobby. /join #lobby to return.']);
    expect(await run('/leave #LOBBY')).toEqual([
      'leave 1',
      'close 1',
      'You left #lobby. /join #lobby to return.',
    ]);
    expect(await run('/part', { ...LOBBY, kind: 'closed' })).toEqual([
      'leave 1',
      'close 1',
      'You left #lobby. You need an invitation to return.',
    ]);
    await expect(run('/part #nowhere')).rejects.toThrow("You aren't in that room.");
  });

  it('in a room that one is no longer in, /join returns to it, /part closes it, and others refuse', async () => {
    expect(await run('/join', null, TIDES)).toEqual(['join 2', 'open 2']);
    expect(await run('/part', null, TIDES)).toEqual(['close 2']);
    await expect(run('/topic x', null, TIDES)).rejects.toThrow("You aren't in this room any more.");
  });

  it('/topic shows or sets the topic', async () => {
    expect(await run('/topic')).toEqual(['Topic of #lobby: first things']);
    expect(await run('/topic last things')).toEqual(['update 1 {"topic":"last things"}']);
    await expect(run('/topic x', null)).rejects.toThrow('Open a room first.');
  });

  it('/topic and /rename say why a direct room has neither', async () => {
    const direct: Room = { ...LOBBY, kind: 'direct', name: '' };
    await expect(run('/topic', direct)).rejects.toThrow('A direct room has no topic.');
    await expect(run('/topic x', direct)).rejects.toThrow('A direct room has no topic.');
    await expect(run('/rename x', direct)).rejects.toThrow('A direct room has no name');
  });

  it('/me sends an action, and needs one', async () => {
    expect(await run('/me waves')).toEqual(['action waves']);
    await expect(run('/me')).rejects.toThrow(UsageError);
  });

  it('/rename renames the open room', async () => {
    expect(await run('/rename #sea')).toEqual(['update 1 {"name":"sea"}']);
    await expect(run('/rename two words')).rejects.toThrow(/^Room names have 1 to 32 characters/);
  });

  it('/names lists people by state', async () => {
    expect(await run('/names')).toEqual(['Online: juno. Offline: hal.']);
  });

  it('/list, /help and /quit open a panel or sign out', async () => {
    expect(await run('/list #ti')).toEqual(['panel ti']);
    expect(await run('/help')).toEqual(['help']);
    expect(await run('/quit')).toEqual(['sign out']);
    expect(await run('/quit now')).toEqual(['sign out']);
    await expect(run('/logout now')).rejects.toThrow(UsageError);
  });

  it('/help explains one command', async () => {
    expect(await run('/help join')).toEqual(['/join #room: join a room. Also: /j.']);
    expect(await run('/help /KICK')).toEqual(['/kick name [reason]: remove from this room.']);
    await expect(run('/help jion')).rejects.toThrow('No such command. Did you mean /join?');
    await expect(run('/help xyzzy')).rejects.toThrow('No such command. F1 lists all.');
  });

  it('rejects a missing or malformed room name', async () => {
    await expect(run('/join')).rejects.toThrow(UsageError);
    await expect(run('/create #two words!')).resolves.toContain('create {"name":"two","topic":"words!"}');
    await expect(run('/join #a/b')).rejects.toThrow(CommandError);
  });
});

it('each command has a purpose for the help', () => {
  expect(COMMANDS.filter((command) => purposeOf(command) === '')).toEqual([]);
});
