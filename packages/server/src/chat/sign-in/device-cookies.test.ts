import { expect, test } from 'vitest';
import { DeviceCookies } from './device-cookies.ts';

const devices = new DeviceCookies(['a key that is long enough for any rule']);

test('[G5] a device is known for the account that signed in on it, and for no other', () => {
  const text = devices.issue(7);
  const name = devices.nameOf(text, 7);
  expect(name).toMatch(/^[\w-]{22}$/);
  expect(devices.nameOf(text, 8)).toBe(null);
  expect(devices.nameOf(devices.issue(7), 7)).not.toBe(name);
});

test.each([undefined, '', 'x', `${'a'.repeat(22)}.${'b'.repeat(43)}`, `${'é'.repeat(22)}.${'b'.repeat(43)}`])(
  'a text that was not issued here belongs to no account: %s',
  (text) => expect(devices.nameOf(text, 7)).toBe(null),
);

test('a device stays known while the previous key is valid', () => {
  const renewed = new DeviceCookies([
    'another key, long enough for any rule',
    'a key that is long enough for any rule',
  ]);
  const text = devices.issue(7);
  expect(renewed.nameOf(text, 7)).toBe(devices.nameOf(text, 7));
  expect(new DeviceCookies(['another key, long enough for any rule']).nameOf(text, 7)).toBe(null);
});
