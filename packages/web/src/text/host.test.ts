import { expect, it } from 'vitest';
import { shownHost } from './host.ts';

const shown = (host: string) => shownHost(host, new URL(`https://${host}/`).host);

it.each([
  'bücher.example',
  'пример.рф',
  'почта.example',
  'παράδειγμα.example',
  '例え.テスト',
  'sony日本.example',
  '한국어.example',
  'مثال.إختبار',
  'דוגמה.example',
  'उदाहरण.example',
  '☃.example.org',
  'xn--n3h.example',
])('shows %s as written', (host) => {
  expect(shown(host)).toBe(host);
});

it.each([
  'bаnk.example',
  'аррӏе.com',
  'www.ѕсоре.com',
  'gοοgle.com',
  'ορα.com',
  'аррӏе.com:8080',
  'bank.example∕login.evil.example',
  'bank.exampleノlogin.evil.example',
  'ɑpple.com',
  'ｂａｎｋ.example',
  'bank。example',
  '%D0%B0pple.example',
])('shows the host that the browser asks for, not %s', (written) => {
  const { host } = new URL(`https://${written}/`);
  expect(host).toMatch(/xn--|^bank\.example$/);
  expect(shown(written)).toBe(host);
});
