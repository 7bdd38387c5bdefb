/** Builds the wing of accounts, sessions and tokens. */
import type { ChatDeps } from '../chat-deps.ts';
import type { Names } from '../messages/names.ts';
import { AccessTokens } from '../sign-in/access-tokens.ts';
import { Accounts } from '../sign-in/accounts.ts';
import { DeviceCookies } from '../sign-in/device-cookies.ts';
import { FailedSignIns } from '../sign-in/failed-sign-ins.ts';
import { LastUse } from '../sign-in/last-use.ts';
import { LeftoverSweep } from '../sign-in/leftovers.ts';
import { LoginThrottle } from '../sign-in/login-throttle.ts';
import { Passwords } from '../sign-in/passwords.ts';
import { PersonalTokens } from '../sign-in/personal-tokens.ts';
import { RevocationCheck } from '../sign-in/revocation.ts';
import { Sessions } from '../sign-in/sessions.ts';
import type { RoomNouns } from './rooms.ts';

/** Accounts, sessions and tokens. `proving`: the parts that check a password. */
export async function buildSignIn(deps: ChatDeps, lower: RoomNouns & { names: Names }) {
  const { store, hub, clock, onProblem, signingKeys, registration, rates } = deps;
  const { limits, rooms, lobby, invitations, names } = lower;
  const { users, sessions, audit, leftovers } = store;
  const passwords = deps.passwords ?? new Passwords(rates !== null);
  const throttle = new LoginThrottle({ clock, isOn: rates !== null });
  const failedSignIns = new FailedSignIns({ audit, clock, onProblem });
  const deviceCookies = new DeviceCookies(signingKeys);
  const accounts = new Accounts({
    users,
    passwords,
    limits,
    throttle,
    deviceCookies,
    names,
    failedSignIns,
    invitations,
    lobby,
    registration,
  });
  const accessTokens = await AccessTokens.create(signingKeys, clock);
  const lastUse = new LastUse({ sessions, clock, onProblem });
  const personalTokens = new PersonalTokens({ tokens: store.personalTokens, rooms, lastUse, limits, clock });
  const revocationCheck = new RevocationCheck({ sessions: store.liveSessions, hub, clock, onProblem });
  const leftoverSweep = new LeftoverSweep({ leftovers, retention: deps.retention, clock, onProblem });
  return {
    nouns: {
      accounts,
      deviceCookies,
      personalTokens,
      lastUse,
      sessions: new Sessions({ sessions, accessTokens, personalTokens, lastUse, hub, clock }),
    },
    proving: { passwords, throttle, failedSignIns },
    background: [lastUse, failedSignIns, revocationCheck, leftoverSweep],
  };
}

type SignInWing = Awaited<ReturnType<typeof buildSignIn>>;
/** The nouns of this wing, and its parts that check a password. */
export type SignInParts = SignInWing['nouns'] & SignInWing['proving'];
