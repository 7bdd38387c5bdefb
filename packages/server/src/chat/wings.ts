/**
 * Builds the parts of each wing of the domain, the lowest first. A wing gets the parts of lower wings that it needs.
 */
import type { ChatDeps } from './chat-deps.ts';
import { AddressBans } from './limits/address-bans.ts';
import { DiskSpace } from './limits/disk-space.ts';
import { PacedAppender } from './limits/paced-appender.ts';
import { RateLimits } from './limits/rate-limits.ts';
import { StorageQuota } from './limits/storage-quota.ts';
import { Messages } from './messages/messages.ts';
import { Names } from './messages/names.ts';
import { Search } from './messages/search.ts';
import { AccountRemoval } from './people/account-removal.ts';
import { Administration } from './people/administration.ts';
import { AuditLog } from './people/audit-log.ts';
import { DisplayNames } from './people/display-names.ts';
import { Ignored } from './people/ignored.ts';
import { OwnAccount } from './people/own-account.ts';
import { People } from './people/people.ts';
import { Presence } from './presence/presence.ts';
import { DirectRooms } from './rooms/direct-rooms.ts';
import { Invitations } from './rooms/invitations.ts';
import { Lobby } from './rooms/lobby.ts';
import { Memberships } from './rooms/memberships.ts';
import { Moderation } from './rooms/moderation.ts';
import { Namesakes } from './rooms/namesakes.ts';
import { Reports } from './rooms/reports.ts';
import { Requests } from './rooms/requests.ts';
import { RoomCaps } from './rooms/room-caps.ts';
import { Rooms } from './rooms/rooms.ts';
import { SpeakingRights } from './rooms/speaking-rights.ts';
import { Subscriptions } from './rooms/subscriptions.ts';
import { Typing } from './rooms/typing.ts';
import { AccessTokens } from './sign-in/access-tokens.ts';
import { Accounts } from './sign-in/accounts.ts';
import { DeviceCookies } from './sign-in/device-cookies.ts';
import { FailedSignIns } from './sign-in/failed-sign-ins.ts';
import { LastUse } from './sign-in/last-use.ts';
import { LeftoverSweep } from './sign-in/leftovers.ts';
import { LoginThrottle } from './sign-in/login-throttle.ts';
import { Passwords } from './sign-in/passwords.ts';
import { PersonalTokens } from './sign-in/personal-tokens.ts';
import { RevocationCheck } from './sign-in/revocation.ts';
import { Sessions } from './sign-in/sessions.ts';

/** Limits and presence. `appender`: the one that higher wings use, which charges every act. */
export function buildBase(deps: ChatDeps) {
  const { store, hub, clock, onProblem, rates, appender } = deps;
  const { memberships, lastSeen } = store;
  const space = new DiskSpace({
    readFreeSpace: deps.readFreeSpace,
    clock,
    onProblem,
    onChange: deps.onDiskChange,
  });
  const quota = new StorageQuota({ uses: store.storageUse, clock, onProblem, bytesPerDay: deps.bytesPerDay });
  const limits = new RateLimits({ clock, rates, space });
  const addressBans = new AddressBans({ bans: store.addressBans, clock, onProblem });
  const presence = new Presence({ memberships, lastSeen, hub, clock, onProblem });
  return {
    nouns: { limits, space, quota, addressBans, presence },
    appender: new PacedAppender({ appender, limits, space }),
    background: [space, quota, addressBans, presence],
  };
}

type BaseNouns = ReturnType<typeof buildBase>['nouns'];

/** Rooms. @param epoch the name of this history of the store [R2]. */
export function buildRooms(deps: ChatDeps, { limits, presence }: BaseNouns, epoch: string) {
  const { store, appender, hub, clock, registration, lobbyName, onProblem } = deps;
  const { users, lastSeen, ignored } = store;
  const speakingRights = new SpeakingRights({ clock });
  const caps = new RoomCaps({ memberships: store.memberships, caps: deps.caps });
  const subscriptions = new Subscriptions({
    memberships: store.memberships,
    ignored,
    requests: store.requests,
    hub,
    speakingRights,
    caps,
    epoch,
  });
  const requests = new Requests({
    requests: store.requests,
    ignored,
    appender,
    rooms: store.rooms,
    subscriptions,
    hub,
    limits,
    caps,
  });
  const memberships = new Memberships({
    memberships: store.memberships,
    users,
    lastSeen,
    appender,
    presence,
    subscriptions,
    hub,
    requests,
    caps,
  });
  const namesakes = new Namesakes({ rooms: store.rooms, hub, onProblem });
  const rooms = new Rooms({
    rooms: store.rooms,
    memberships,
    appender,
    subscriptions,
    limits,
    caps,
    namesakes,
  });
  return {
    nouns: {
      speakingRights,
      subscriptions,
      typing: new Typing({ memberships: store.memberships, hub, limits, speakingRights }),
      memberships,
      rooms,
      lobby: new Lobby({ rooms: store.rooms, appender, name: lobbyName }),
      directRooms: new DirectRooms({ rooms: store.rooms, users, subscriptions, requests, limits, caps }),
      requests,
      invitations: new Invitations({
        invitations: store.invitations,
        appender,
        subscriptions,
        rooms,
        limits,
        caps,
        registration,
      }),
      moderation: new Moderation({ memberships, bans: store.bans, appender, clock }),
      reports: new Reports({ reports: store.reports, memberships, hub }),
    },
  };
}

type RoomNouns = BaseNouns & ReturnType<typeof buildRooms>['nouns'];

/** Messages and search. */
export function buildMessages(deps: ChatDeps, { limits, quota, memberships }: RoomNouns) {
  const { store, appender, clock, onProblem } = deps;
  const { messages, events, search, users } = store;
  const names = new Names({ users, clock, onProblem });
  return {
    nouns: {
      messages: new Messages({ messages, events, memberships, appender, limits, quota, names }),
      search: new Search({ search, memberships, limits }),
    },
    names,
    background: [names],
  };
}

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
type SignInParts = SignInWing['nouns'] & SignInWing['proving'];

/** People: their own accounts, and what administrators do with them. */
export function buildPeople(deps: ChatDeps, lower: BaseNouns & SignInParts & { names: Names }) {
  const { store, hub, clock, onProblem } = deps;
  const { limits, presence, names, sessions, passwords, throttle, failedSignIns } = lower;
  const { users, ignored, audit, administration, lastSeen } = store;
  const removals = store.accountRemovals;
  const removal = new AccountRemoval({ removals, hub, clock, onProblem });
  const ownAccount = new OwnAccount({
    accounts: store.ownAccounts,
    removalStore: removals,
    removal,
    names,
    limits,
    displayNames: new DisplayNames({ memberships: store.memberships, hub, onProblem }),
    passwords,
    throttle,
    failedSignIns,
    hub,
    presence,
    clock,
  });
  return {
    nouns: {
      ownAccount,
      people: new People({ ownAccount, presence, lastSeen, users }),
      ignored: new Ignored({ ignored, users, hub }),
      auditLog: new AuditLog({ audit }),
      administration: new Administration({ administration, sessions, passwords, hub, clock }),
    },
    background: [removal],
  };
}
