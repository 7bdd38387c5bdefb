import { expect, it } from 'vitest';
import { answerIn } from './nats-client.mjs';
import { command } from './redis.mjs';

it('a command of Redis counts bytes, not characters', () => {
  expect(command('PUBLISH', 'room', '§1')).toBe('*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$3\r\n§1\r\n');
});

it('an answer of NATS is complete once all its bytes have arrived', () => {
  const heard = 'INFO {}\r\nMSG setup 1 11\r\n{"name":"é"}';
  expect(answerIn('INFO {}\r\nMSG setup')).toBeNull();
  expect(answerIn(heard.replace('11', '13').slice(0, -2))).toBeNull();
  expect(answerIn(heard.replace('11', '13'))).toEqual({ name: 'é' });
  expect(answerIn('MSG setup 1 reply 2\r\n{}\r\n')).toEqual({});
});
