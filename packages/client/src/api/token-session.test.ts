import { ChatError, type TokenGrant } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { TokenSession } from './token-session.ts';

const USER = { id: 1, username: 'juno' };

function setUp(answers: (TokenGrant | ChatError)[] = []) {
  const clock = new FakeClock();
  const refreshTokens: (string | undefined)[] = [];
  const users: string[] = [];
  const ends: string[] = [];
  const session = new TokenSession({
    clock,
    async refresh(refreshToken) {
      refreshTokens.push(refreshToken);
      const answer = answers.shift() ?? grant(`renewed-${refreshTokens.length}`);
      if (answer instanceof ChatError) throw answer;
      return answer;
    },
    onUser: (user) => users.push(user.username),
    onEnded: (reason) => ends.push(reason),
  });
  return { clock, session, refreshTokens, users, ends };
}

function grant(accessToken: string, refreshToken?: string): TokenGrant {
  return { user: USER, accessToken, expiresIn: 600, ...(refreshToken ? { refreshToken } : {}) };
}

describe('a token session', () => {
  it('uses a token for four fifths of its life, then renews it', async () => {
    const { clock, session } = setUp();
    session.adopt(grant('first'));
    expect(session.dueInMs()).toBe(480_000);
    await clock.advance(479_999);
    expect(await session.token()).toBe('first');
    await clock.advance(1);
    expect(session.dueInMs()).toBe(0);
    expect(await session.token()).toBe('renewed-1');
  });

  it('renews once for concurrent callers', async () => {
    const { session, refreshTokens } = setUp();
    const tokens = await Promise.all([session.token(), session.renew(), session.token()]);
    expect(tokens).toEqual(['renewed-1', 'renewed-1', 'renewed-1']);
    expect(refreshTokens).toHaveLength(1);
  });

  it('renews a rejected token only once', async () => {
    const { session, refreshTokens } = setUp();
    session.adopt(grant('first'));
    expect(await session.renew('first')).toBe('renewed-1');
    expect(await session.renew('first')).toBe('renewed-1');
    expect(refreshTokens).toHaveLength(1);
  });

  it('uses each refresh token once, because the server rotates them', async () => {
    const { session, refreshTokens } = setUp([grant('second', 'refresh-2'), grant('third', 'refresh-3')]);
    session.adopt(grant('first', 'refresh-1'));
    await session.renew();
    await session.renew();
    expect(refreshTokens).toEqual(['refresh-1', 'refresh-2']);
  });

  it('[A4] ends when the server refuses to renew, and keeps its user', async () => {
    const { session, ends } = setUp([new ChatError('unauthenticated', 'signed out elsewhere')]);
    session.adopt(grant('first'));
    await expect(session.renew()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(ends).toEqual(['signed out elsewhere']);
    expect(session.user).toEqual(USER);
  });

  it('[A4] ends when the renewed cookie belongs to another person, and keeps its user', async () => {
    const { session, ends, users } = setUp([{ ...grant('theirs'), user: { id: 2, username: 'cal' } }]);
    session.adopt(grant('first'));
    await expect(session.renew()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(ends).toHaveLength(1);
    expect(session.user).toEqual(USER);
    expect(users).toEqual(['juno']);
  });

  it('continues when the server is unreachable', async () => {
    const { session, ends } = setUp([new ChatError('unavailable')]);
    session.adopt(grant('first'));
    await expect(session.renew()).rejects.toMatchObject({ code: 'unavailable' });
    expect(ends).toEqual([]);
    expect(await session.token()).toBe('first');
  });

  it('discards a renewal that a sign-in or a sign-out has overtaken', async () => {
    const { session, users } = setUp([grant('late'), grant('later')]);
    const renewal = session.renew();
    session.adopt(grant('new'));
    expect(await renewal).toBe('new');
    expect(await session.token()).toBe('new');

    const refused = setUp([new ChatError('unauthenticated')]);
    const late = refused.session.renew();
    refused.session.adopt(grant('new'));
    await expect(late).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(refused.ends).toEqual([]);
    expect(await refused.session.token()).toBe('new');

    const another = session.renew();
    session.clear();
    await expect(another).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(session.user).toBeNull();
    expect(users).toEqual(['juno']);
  });
});
