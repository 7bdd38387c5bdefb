import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Config } from './config/config.ts';
import { describeError } from './log.ts';

const run = promisify(execFile);
const FROM_SOURCE = ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval'];
const LOG = fileURLToPath(new URL('./log.ts', import.meta.url));

type Choice = Pick<Config, 'logLevel' | 'logFormat'> & { isTerminal?: boolean };

/** Runs a process that logs one line at each of three levels and exits at once. @returns the lines it printed. */
async function printed({ isTerminal = false, ...config }: Choice): Promise<string[]> {
  const script = `
    import { createLog } from ${JSON.stringify(LOG)};
    const log = createLog(${JSON.stringify(config)}, ${isTerminal});
    log.debug('a detail');
    log.info({ requestId: 'abc' }, 'news');
    log.error({ err: new Error('broken') }, 'trouble');
    process.exit(0);
  `;
  const { stdout } = await run(process.execPath, [...FROM_SOURCE, script]);
  return stdout.trim().split('\n');
}

test.each<Choice>([
  { logLevel: 'info', logFormat: 'json', isTerminal: true },
  { logLevel: 'info', logFormat: 'auto' },
])(
  'in JSON every line is an object with the level by name, the ISO 8601 time and the given fields only: %o',
  async (choice) => {
    const lines = (await printed(choice)).map((line) => JSON.parse(line) as Record<string, unknown>);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(lines).toEqual([
      { level: 'info', time, requestId: 'abc', msg: 'news' },
      { level: 'error', time, err: expect.objectContaining({ message: 'broken' }), msg: 'trouble' },
    ]);
  },
);

test.each<Choice>([
  { logLevel: 'error', logFormat: 'pretty' },
  { logLevel: 'error', logFormat: 'auto', isTerminal: true },
])('pretty lines are text, and lines below the level are left out: %o', async (choice) => {
  const text = (await printed(choice)).join('\n');
  expect(text).toContain('trouble');
  expect(text).toContain('broken');
  expect(text).not.toContain('news');
  expect(() => JSON.parse(text)).toThrow();
});

test('at debug every line is logged', async () => {
  expect(await printed({ logLevel: 'debug', logFormat: 'json' })).toHaveLength(3);
});

test.each(['json', 'pretty'] as const)('in %s a full disk does not end the process', async (logFormat) => {
  const script = `
    import { createLog } from ${JSON.stringify(LOG)};
    const log = createLog(${JSON.stringify({ logLevel: 'info', logFormat })}, false);
    for (let i = 0; i < 100; i++) log.info('x'.repeat(20_000));
    setImmediate(() => process.stderr.write('still here'));
  `;
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [...FROM_SOURCE, script], { stdio: ['ignore', full, 'pipe'] });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  closeSync(full);
  expect({ code, output }).toEqual({ code: 0, output: 'still here' });
});

test('an error is logged by named fields, with its causes and without its other properties', () => {
  const cause = Object.assign(new Error('refused'), {
    code: '23514',
    detail: 'Failing row contains (a secret text).',
  });
  const error = Object.assign(new TypeError('no answer', { cause }), {
    client: { password: 'hunter2hunter2' },
  });
  const described = describeError(error);
  expect(described).toMatchObject({
    type: 'TypeError',
    message: 'no answer',
    cause: { message: 'refused', code: '23514' },
  });
  expect(JSON.stringify(described)).not.toMatch(/hunter2|secret text/);
  expect(describeError('a word')).toBe('a word');
});
