/** Inputs that once did harm, as the fuzzer printed them or shortened. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { frame, OPCODE, upgradeRequest } from '../harness/raw-socket.ts';
import { until } from '../harness/wait.ts';
import { deliver, type Input } from './deliver.ts';
import { startTarget, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

const request = (line: string, headers: string, body = '') =>
  `${line} HTTP/1.1\r\nHost: banter\r\nAuthorization: Bearer TOKEN\r\n${headers}\r\n${body}`;
const json = 'Content-Type: application/json\r\n';

const inputs: [string, Input][] = [
  [
    'an error does not repeat the whole name of an unknown field',
    { kind: 'decode', text: `{"op":"typing","roomId":1,"${'x'.repeat(20_000)}":1}` },
  ],
  [
    'a body that ends early is not a server failure',
    {
      kind: 'requests',
      bytes: [request('POST /v1/rooms', `${json}Content-Length: 40\r\n`, '{"name":"half')],
      isFramed: false,
    },
  ],
  [
    'a client that disconnects during a query is not a database problem',
    {
      kind: 'requests',
      bytes: Array.from({ length: 50 }, () => request('GET /v1/rooms', 'Content-Length: 3\r\n')),
      isFramed: false,
    },
  ],
  [
    'a 100 Continue is not written into the response before it',
    {
      kind: 'requests',
      bytes: Array.from({ length: 30 }, (_, i) =>
        request(
          i % 2 === 0 ? 'GET /v1/rooms' : 'POST /v1/rooms/3/messages',
          `${json}${i % 2 === 0 ? 'Content-Length: 0\r\n' : 'Expect: 100-continue\r\nContent-Length: 2\r\n'}`,
          i % 2 === 0 ? '' : '{}',
        ),
      ),
      isFramed: true,
    },
  ],
  [
    'a Host that cannot be in a URL is not a server failure',
    {
      kind: 'upgrade',
      hex: Buffer.from(
        upgradeRequest('http://elsewhere.example/v1/socket', { Host: '99999999999999999999' }),
      ).toString('hex'),
    },
  ],
  [
    'endless tiny fragments close the socket',
    {
      kind: 'frames',
      door: 'chat',
      hex: Buffer.concat([
        frame({ opcode: OPCODE.text, isFinal: false, payload: 'x' }),
        ...Array.from({ length: 2_000 }, () => frame({ opcode: OPCODE.continuation, isFinal: false })),
      ]).toString('hex'),
    },
  ],
];

it.each(inputs)('%s', async (_name, input) => {
  await deliver(target, input);
  // The server has finished the input once it answers a later request.
  await until('the server is quiet', async () => (await fetch(`${target.url}/v1/ready`)).ok);
  expect(target.complaints()).toEqual([]);
});
