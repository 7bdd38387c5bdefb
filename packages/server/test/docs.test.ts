import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, examplesOf, type Outcome, runExamples } from './docs/examples.ts';
import { startServer, type TestServer } from './harness/server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLES_TIMEOUT_MS = 120_000;

/** Each document with examples, and the settings of the server that they run on. */
const DOCUMENTS: [file: string, env: Record<string, string>][] = [
  ['README.md', { LOBBY: 'lobby' }],
  ['docs/protocol.md', {}],
  ['docs/http.md', {}],
];

describe.each(DOCUMENTS)('the examples of %s', (file, env) => {
  const examples = examplesOf(textOf(file));
  let server: TestServer | undefined;
  let outcomes: Outcome[] = [];
  let again: Outcome[] = [];

  beforeAll(async () => {
    server = await startServer({ env });
    const variables = {
      BANTER: server.url,
      ...(file === 'README.md' ? { TOKEN: await tokenOf(server.url) } : {}),
    };
    outcomes = await runExamples(examples, root, variables);
    again = file === 'README.md' ? await runExamples(examples, root, variables) : [];
  }, EXAMPLES_TIMEOUT_MS);
  afterAll(() => server?.close());

  it('run twice, where the document says so', () => {
    expect(again.filter(({ code, output }) => code !== 0 || /"(?:code|status)"/.test(output))).toEqual([]);
  });

  it('exist', () => expect(examples.length).toBeGreaterThan(0));

  it.each(examples.map((example, index) => ({ ...example, index })))(
    'on line $line print the output that the document shows',
    ({ index, expected: shown }) => {
      const { output, code } = outcomes[index] ?? { output: 'was not run', code: -1 };
      const compared = comparable(output, shown ?? '');
      expect(compared.output, output).toEqual(compared.expected);
      expect(code, output).toBe(0);
    },
  );
});

it('an output that differs from the document is found', () => {
  const isAsShown = (output: string, shown: string) => {
    const compared = comparable(output, shown);
    return isDeepStrictEqual(compared.output, compared.expected);
  };
  const shown = '{"at": "2026-01-01T00:00:00.000Z", "token": "ey…", "seq": 1}';
  expect(isAsShown('{"seq":1,"token":"eyJh","at":"2027-02-03T04:05:06.789Z"}\n', shown)).toBe(true);
  expect(isAsShown('{"seq":2,"token":"eyJh","at":"2027-02-03T04:05:06.789Z"}', shown)).toBe(false);
  expect(isAsShown('{"seq":1,"token":"eyJh","at":"yesterday"}', shown)).toBe(false);
  expect(isAsShown('{"type":"presence"}\n{"type":"live","head":1}', '{"type":"live",…')).toBe(true);
  expect(isAsShown('{"type":"live","head":1}\nmore', '{"type":"live",…')).toBe(false);
  expect(isAsShown('', '204')).toBe(false);
});

/** The token that the README tells its reader to create on the page, as the first account. */
async function tokenOf(url: string): Promise<string> {
  const account = { username: 'ada', password: 'a long enough password' };
  const { accessToken } = await post<{ accessToken: string }>(`${url}/v1/auth/register`, account);
  const wanted = { name: 'tides', scopes: ['read', 'write'] };
  return (await post<{ token: string }>(`${url}/v1/tokens`, wanted, accessToken)).token;
}

async function post<Answer>(url: string, body: unknown, token?: string): Promise<Answer> {
  const headers = {
    'Content-Type': 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok).toBe(true);
  return (await response.json()) as Answer;
}

function textOf(file: string): string {
  return readFileSync(`${root}${file}`, 'utf8');
}
