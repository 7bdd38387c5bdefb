import type { Client } from '@banter/client';
import type { Room } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import type { Page } from '../page/page.ts';
import { type CommandContext, UsageError } from './command.ts';
import { COMMANDS, parseLine, unknownText } from './commands.ts';

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

/** Runs a line and tells what it asked of the client and the page. */
async function run(line: string, room: Room | null = LOBBY): Promise<string[]> {
  const done: string[] = [];
  const note = (what: string) => void done.push(what);
  const api = {
    rooms: async () => [LOBBY, TIDES],
    updateRoom: async (id: number, input: object) => note(`update ${id} ${JSON.stringify(input)}`),
  };
  const client = {
    api,
    rooms: [LOBBY],
    people: () => [
      { userId: 1, username: 'juno', role: 'member', state: 'online' },
      { userId: 2, username: 'hal', role: 'member', state: 'offline' },
    ],
    joinRoom: async (id: number) => {
      note(`join ${id}`);
      return TIDES;
    },
    createRoom: async (input: object) => {
      note(`create ${JSON.stringify(input)}`);
      return TIDES;
    },
    leaveRoom: async (id: number) => note(`leave ${id}`),
  } as unknown as Client;
  const context: CommandContext = {
    client,
    room,
    openRoom: (id) => note(`open ${id}`),
    openDialog: (dialog) => note(dialog.name === 'join' ? `panel ${dialog.filter}` : dialog.name),
    page: {} as Page,
    sendAction: (text) => note(`action ${text}`),
    print: (text) => note(text),
    signOut: async () => note('sign out'),
  };
  const parsed = parseLine(line);
  if (parsed.kind !== 'command') throw new Error(`${line} is no command`);
  await parsed.command.run(parsed.rest, context);
  return done;
}

describe('parsing a line', () => {
  it('tells messages from commands', () => {
    expect(parseLine('hello /join')).toEqual({ kind: 'message', content: 'hello /join' });
    expect(parseLine('//join')).toEqual({ kind: 'message', content: '/join' });
    expect(parseLine(' /join')).toEqual({ kind: 'message', content: ' /join' });
    expect(parseLine('/JOIN #x')).toMatchObject({ kind: 'command', rest: '#x' });
    expect(parseLine('/j #x')).toMatchObject({ command: { name: 'join' } });
  });

  it('never takes an unknown command for a message, and guesses what was meant', () => {
    expect(parseLine('/jion #x')).toEqual({ kind: 'unknown', name: 'jion', suggestion: 'join' });
    expect(parseLine('/xyzzy hunter2')).toEqual({ kind: 'unknown', name: 'xyzzy', suggestion: null });
    expect(parseLine('/').kind).toBe('unknown');
    expect(parseLine('/\nx').kind).toBe('unknown');
  });

  it('answers an unknown command without repeating what followed it', () => {
    expect(unknownText('jion', 'join')).toBe('unknown command /jion, did you mean /join? Nothing was sent.');
    expect(unknownText('zzz', null)).toBe('unknown command /zzz, F1 lists them. Nothing was sent.');
  });

  it('has each name and alias once', () => {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('commands', () => {
  it('/join finds a room without regard to case, and opens it', async () => {
    expect(await run('/join #tides')).toEqual(['join 2', 'open 2']);
  });

  it('/join of a room that is not there offers to create it', async () => {
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
    expect(await run('/part')).toEqual(['leave 1', 'You left #lobby. /join #lobby to return.']);
    expect(await run('/leave #LOBBY')).toEqual(['leave 1', 'You left #lobby. /join #lobby to return.']);
    expect(await run('/part', { ...LOBBY, kind: 'closed' })).toEqual([
      'leave 1',
      'You left #lobby. To return, be invited again.',
    ]);
    await expect(run('/part #nowhere')).rejects.toThrow(UsageError);
  });

  it('/topic shows or sets', async () => {
    expect(await run('/topic')).toEqual(['Topic of #lobby: first things']);
    expect(await run('/topic last things')).toEqual(['update 1 {"topic":"last things"}']);
    await expect(run('/topic x', null)).rejects.toThrow('Open a room first.');
  });

  it('/me says an action, and wants one', async () => {
    expect(await run('/me waves')).toEqual(['action waves']);
    await expect(run('/me')).rejects.toThrow('/me waves');
  });

  it('/rename gives the open room another name', async () => {
    expect(await run('/rename #sea')).toEqual(['update 1 {"name":"sea"}']);
    await expect(run('/rename two words')).rejects.toThrow(/^A room's name has/);
  });

  it('/names tells who is here and who is away', async () => {
    expect(await run('/names')).toEqual(['Here: juno. Not here: hal.']);
  });

  it('/list, /help and /logout do what they say', async () => {
    expect(await run('/list #ti')).toEqual(['panel ti']);
    expect(await run('/help')).toEqual(['help']);
    expect(await run('/quit')).toEqual(['sign out']);
  });

  it('says how a command is used when its room is missing or malformed', async () => {
    await expect(run('/join')).rejects.toThrow('Which room? /join #room');
    await expect(run('/create #two words!')).resolves.toContain('create {"name":"two","topic":"words!"}');
    await expect(run('/join #a/b')).rejects.toThrow(/^A room's name has 1 to 32 characters/);
  });
});
