import { createHmac, generateKeyPairSync } from 'node:crypto';
import { ChatError } from '@banter/protocol';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.ts';

const SECRET = 'a signing key that is long enough for any rule';
const OTHER_SECRET = 'another signing key, the one that was used before';
const NOW = WALL_START_MS / 1_000;

const HEADER = { alg: 'HS256', typ: 'JWT' };
const CLAIMS = { iss: 'banter', aud: 'banter', sub: '7', sid: '9', iat: NOW, exp: NOW + 600 };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs a token by hand, with any claims. */
function forge(claims: object, header: object = HEADER, secret = SECRET, hash = 'sha256'): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

function without(claim: string): object {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim));
}

async function verify(token: string, secrets: [string, ...string[]] = [SECRET]) {
  return (await AccessTokens.create(secrets, createManualClock())).verify(token);
}

describe('a token', () => {
  test('carries its person, session and expiry', async () => {
    const tokens = await AccessTokens.create([SECRET], createManualClock());
    const claims = await tokens.verify(await tokens.issue(7, 9));
    expect(claims).toEqual({
      userId: 7,
      sessionId: 9,
      expiresAt: WALL_START_MS + ACCESS_TOKEN_SECONDS * 1_000,
    });
  });

  test('expires after ten minutes', async () => {
    const clock = createManualClock();
    const tokens = await AccessTokens.create([SECRET], clock);
    const token = await tokens.issue(7, 9);
    clock.advance(599_000);
    await expect(tokens.verify(token)).resolves.toMatchObject({ userId: 7 });
    clock.advance(1_000);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated', message: /expired/ });
  });

  test('is remembered by its whole text: another signature is checked', async () => {
    const tokens = await AccessTokens.create([SECRET], createManualClock());
    const token = await tokens.issue(7, 9);
    const claims = await tokens.verify(token);
    expect(await tokens.verify(token)).toEqual(claims);
    const [head, body] = token.split('.');
    const [, otherBody, signature] = (await tokens.issue(8, 9)).split('.');
    for (const forged of [`${head}.${body}.${signature}`, `${head}.${otherBody}.${token.split('.')[2]}`])
      await expect(tokens.verify(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('signed with the current or the previous key is valid, with a third key it is not', async () => {
    const tokens = await AccessTokens.create([SECRET, OTHER_SECRET], createManualClock());
    await expect(tokens.verify(forge(CLAIMS, HEADER, OTHER_SECRET))).resolves.toMatchObject({ userId: 7 });
    await expect(tokens.verify(forge(CLAIMS, HEADER, SECRET))).resolves.toMatchObject({ userId: 7 });
    await expect(tokens.verify(forge(CLAIMS, HEADER, 'x'.repeat(40)))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('forged with the right key and claims is valid; the cases below differ from it in one thing each', async () => {
    expect(await verify(forge(CLAIMS))).toMatchObject({ userId: 7, sessionId: 9 });
  });
});

describe('an invalid token is rejected', () => {
  const right = forge(CLAIMS);
  const [head = '', body = '', signature = ''] = right.split('.');
  const unsigned = `${part({ alg: 'none', typ: 'JWT' })}.${body}.`;

  test.each<[string, string]>([
    ['empty', ''],
    ['a word', 'token'],
    ['two dots', '../..'],
    ['three dots', `${right}.`],
    ['five parts, as an encrypted one', 'a.b.c.d.e'],
    ['with Bearer before it', `Bearer ${right}`],
    ['with a space after it', `${right} `],
    ['huge', `${right}${'A'.repeat(100_000)}`],
    ['truncated', right.slice(0, -1)],
    ['without its signature', `${head}.${body}.`],
    ['without its claims', `${head}..${signature}`],
    ['with a changed signature', `${head}.${body}.${'A'.repeat(signature.length)}`],
    ['with changed claims', `${head}.${part({ ...CLAIMS, sub: '1' })}.${signature}`],
    ['with a changed header', `${part({ ...HEADER, kid: '1' })}.${body}.${signature}`],
    ['with claims that are not JSON', forge(CLAIMS).replace(body, 'bm90IGpzb24')],
    ['of another key', forge(CLAIMS, HEADER, OTHER_SECRET)],
    ['of the empty key', forge(CLAIMS, HEADER, '')],
    ['alg none', unsigned],
    ['alg None', `${part({ alg: 'None' })}.${body}.`],
    ['alg none, but signed', forge(CLAIMS, { alg: 'none' })],
    ['alg absent', forge(CLAIMS, { typ: 'JWT' })],
    ['alg in small letters', forge(CLAIMS, { alg: 'hs256' })],
    ['HS384', forge(CLAIMS, { alg: 'HS384' }, SECRET, 'sha384')],
    ['HS512', forge(CLAIMS, { alg: 'HS512' }, SECRET, 'sha512')],
    ['said to be RS256, signed with HS256', forge(CLAIMS, { alg: 'RS256' })],
    ['with an unknown critical header', forge(CLAIMS, { ...HEADER, crit: ['x'], x: 1 })],
    ['with claims that are not encoded', forge(CLAIMS, { ...HEADER, b64: false, crit: ['b64'] })],
    ['of another issuer', forge({ ...CLAIMS, iss: 'banter2' })],
    ['without an issuer', forge(without('iss'))],
    ['for somebody else', forge({ ...CLAIMS, aud: 'mail' })],
    ['for nobody', forge({ ...CLAIMS, aud: [] })],
    ['without an audience', forge(without('aud'))],
    ['without a subject', forge(without('sub'))],
    ['without a session', forge(without('sid'))],
    ['without a time of issue', forge(without('iat'))],
    ['without an expiry', forge(without('exp'))],
    ['with a name as the subject', forge({ ...CLAIMS, sub: 'ann' })],
    ['with an empty subject', forge({ ...CLAIMS, sub: '' })],
    ['with a fraction as the subject', forge({ ...CLAIMS, sub: '1.5' })],
    ['with a negative subject', forge({ ...CLAIMS, sub: '-7' })],
    ['with null as the session', forge({ ...CLAIMS, sid: null })],
    ['with a list as the session', forge({ ...CLAIMS, sid: ['9'] })],
    ['with text as the expiry', forge({ ...CLAIMS, exp: String(NOW + 600) })],
    ['expired', forge({ ...CLAIMS, iat: NOW - 700, exp: NOW - 100 })],
    ['expired this very second', forge({ ...CLAIMS, exp: NOW })],
    ['not valid yet', forge({ ...CLAIMS, nbf: NOW + 60 })],
    ['issued in the future', forge({ ...CLAIMS, iat: NOW + 3_600, exp: NOW + 4_200 })],
    ['with a longer lifetime than any real token', forge({ ...CLAIMS, exp: NOW + 10 * 365 * 86_400 })],
    ['of another type', forge(CLAIMS, { alg: 'HS256', typ: 'at+jwt' })],
  ])('%s', async (_name, token) => {
    await expect(verify(token)).rejects.toBeInstanceOf(ChatError);
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  describe('signed with an attacker’s key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const junk = {
      kid: '../../dev/null',
      jku: 'https://evil.example/keys',
      x5u: 'https://evil.example/cert',
      jwk: publicKey.export({ format: 'jwk' }),
    };
    let asymmetric: string;
    beforeAll(async () => {
      asymmetric = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', ...junk }).sign(privateKey);
    });

    test('with RS256', () => expect(verify(asymmetric)).rejects.toMatchObject({ code: 'unauthenticated' }));

    test('with kid, jku, x5u and jwk that name it', async () => {
      const token = forge(CLAIMS, { ...HEADER, ...junk, jwk: { kty: 'oct', k: part('x') } }, 'x'.repeat(32));
      await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    test('with its public key as the HMAC secret', async () => {
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      await expect(verify(forge(CLAIMS, HEADER, pem))).rejects.toMatchObject({ code: 'unauthenticated' });
    });
  });
});
