import { expect, it } from 'vitest';
import { CONTENT, ID, writePlan } from './plan.mjs';

const plan = { port: 4000, opensAtOnce: 2, echoes: true };

it('writes each record as its kind, its length in bytes, and its bytes', () => {
  const steps = [{ send: 'hello\r\n' }, { wait: 'grüße' }];
  const text = writePlan({ ...plan, clients: [{ steps, message: `${ID} ok` }, { steps: [] }] }).toString();
  expect(text).toBe(
    'p 4\n4000o 1\n2e 1\n1n 1\n2c 0\n> 7\nhello\r\n< 7\ngrüßem 15\n~~~~~~~~~~~~ okc 0\n. 0\n',
  );
});

it('a content has 100 bytes and one mark', () => {
  expect(Buffer.byteLength(CONTENT)).toBe(100);
  expect(CONTENT.split('§')).toHaveLength(2);
});

it('rejects a text or a message that the generator cannot hold', () => {
  const tooLong = { ...plan, clients: [{ steps: [{ wait: 'x'.repeat(256) }] }] };
  expect(() => writePlan(tooLong)).toThrow('256 of at most 255 bytes');
  const tooLarge = { ...plan, clients: [{ steps: [], message: 'x'.repeat(4_097) }] };
  expect(() => writePlan(tooLarge)).toThrow('4097 of at most 4096 bytes');
});
