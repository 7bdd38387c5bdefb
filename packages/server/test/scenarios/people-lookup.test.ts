/** Finding people by the beginning of a name. */
import type { User } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';

let app: TestApp;
let ann: Person;
let jerome: Person;
let hidden: Person;
let closedId: number;

beforeAll(async () => {
  app = await startApp();
  [ann, jerome, hidden] = [await person(app, 'ann'), await person(app, 'jm-77'), await person(app, 'jm-78')];
  await jerome.asks('PATCH', '/v1/me', { displayName: 'J\u00e9r\u00e9mie M\u00fcller' });
  await hidden.asks('PATCH', '/v1/me', { displayName: 'J\u00e9r\u00e9mie Zaun' });
  await jerome.asks('POST', '/v1/rooms', { name: 'open-room' });
  const closed = await hidden.asks('POST', '/v1/rooms', { name: 'closed-room', kind: 'closed' });
  closedId = (closed.body as { id: number }).id;
});
afterAll(() => app.close());

async function found(who: Person, q: string): Promise<string[]> {
  const { body } = await who.asks('GET', `/v1/users?q=${encodeURIComponent(q)}`);
  return (body as { users: User[] }).users.map(({ username }) => username);
}

describe('looking up people', () => {
  it.each([
    ...[
      'jm',
      'JM-7',
      'j\u00e9r',
      'J\u00c9R',
      'je\u0301re\u0301mie',
      'Jeremie',
      'mul',
      'M\u00fcller',
      'jeremie m',
    ],
    ...['\uff2a\u00e9r\u00e9mie', 'jere\u00admie', '@jm', '\uff20jer', ' jm'],
  ])('[U9] finds a username or a display name, accents, case and normal form aside: %s', async (q) => {
    expect(await found(ann, q)).toEqual(['jm-77']);
  });

  it.each(['rmie', 'm-77', 'ulle', 'jeremie x', '~', "'", '%', '_', '\\', ':*', '&'])(
    '[U9] finds nobody by what is no beginning: %s',
    async (q) => expect(await found(ann, q)).toEqual([]),
  );

  it('[U9] finds nobody outside of open rooms before a room is shared, and nobody who is gone', async () => {
    expect(await found(ann, 'jm-78')).toEqual([]);
    await hidden.asks('PUT', `/v1/rooms/${closedId}/members/${ann.user.id}`, { role: 'member' });
    expect(await found(ann, 'zaun')).toEqual(['jm-78']);
    expect(await found(jerome, 'zaun')).toEqual([]);
    await jerome.asks('PATCH', '/v1/me', { displayName: null });
    expect(await found(ann, 'muller')).toEqual([]);
    expect(await found(ann, 'jm')).toEqual(['jm-77', 'jm-78']);
  });

  it('rejects an empty beginning and one that is too long', async () => {
    for (const q of ['', '%20', '@', '%CC%81', 'x'.repeat(65)]) {
      expect((await ann.asks('GET', `/v1/users?q=${q}`)).body).toMatchObject({ code: 'invalid' });
    }
  });
});
