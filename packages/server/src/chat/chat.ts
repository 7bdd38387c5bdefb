/** The domain as one value: what people can do, whatever door they come through. */
import type { Registration } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub/hub.ts';
import type { Appender } from '../store/append/appender.ts';
import type { Store } from '../store/store.ts';
import type { AddressBans } from './limits/address-bans.ts';
import { createRateLimits, type RateLimits, type Rates } from './limits/rate-limits.ts';
import { createMessages, type Messages } from './messages/messages.ts';
import type { Names } from './messages/names.ts';
import { createSearch, type Search } from './messages/search.ts';
import type { AccountRemoval } from './people/account-removal.ts';
import { type Administration, createAdministration } from './people/administration.ts';
import { type Audit, createAudit } from './people/audit.ts';
import { createIgnored, type Ignored } from './people/ignored.ts';
import { createOwnAccount, type OwnAccount } from './people/own-account.ts';
import { createPeople, type People } from './people/people.ts';
import type { Presence } from './presence/presence.ts';
import { createDirectRooms, type DirectRooms } from './rooms/direct-rooms.ts';
import { createInvitations, type Invitations } from './rooms/invitations.ts';
import { createLobby, type Lobby } from './rooms/lobby.ts';
import { createMemberships, type Memberships } from './rooms/memberships.ts';
import { createModeration, type Moderation } from './rooms/moderation.ts';
import { createReports, type Reports } from './rooms/reports.ts';
import { createRooms, type Rooms } from './rooms/rooms.ts';
import type { SpeakingRights } from './rooms/speaking-rights.ts';
import { createSubscriptions, type Subscriptions } from './rooms/subscriptions.ts';
import { Typing } from './rooms/typing.ts';
import { type Accounts, createAccounts } from './sign-in/accounts.ts';
import type { Devices } from './sign-in/devices.ts';
import type { FailedSignIns } from './sign-in/failed-sign-ins.ts';
import type { LastUse } from './sign-in/last-use.ts';
import { createLoginThrottle } from './sign-in/login-throttle.ts';
import type { Passwords } from './sign-in/passwords.ts';
import { createPersonalTokens, type PersonalTokens } from './sign-in/personal-tokens.ts';
import { createSessions, type Sessions } from './sign-in/sessions.ts';
import type { Tokens } from './sign-in/tokens.ts';

export type Chat = {
  accounts: Accounts;
  ownAccount: OwnAccount;
  sessions: Sessions;
  personalTokens: PersonalTokens;
  rooms: Rooms;
  lobby: Lobby;
  directRooms: DirectRooms;
  memberships: Memberships;
  invitations: Invitations;
  moderation: Moderation;
  reports: Reports;
  messages: Messages;
  search: Search;
  subscriptions: Subscriptions;
  typing: Typing;
  presence: Presence;
  people: People;
  ignored: Ignored;
  audit: Audit;
  administration: Administration;
  addressBans: AddressBans;
  /** For the HTTP door, which gives browsers their cookie. */
  devices: Devices;
  /** For the doors: what a session is used for after it was let in. */
  lastUse: Pick<LastUse, 'record'>;
  /** For the doors: every call and command counts. */
  limits: RateLimits;
};

export type ChatDeps = {
  store: Store;
  appender: Appender;
  hub: Hub;
  presence: Presence;
  passwords: Passwords;
  tokens: Tokens;
  names: Names;
  failedSignIns: FailedSignIns;
  devices: Devices;
  addressBans: AddressBans;
  lastUse: LastUse;
  removal: AccountRemoval;
  voices: SpeakingRights;
  clock: Clock;
  /** Names this history of the store [R2]. */
  epoch: string;
  registration: Registration;
  /** What the room is called that new accounts join; null for none. */
  lobbyName: string | null;
  /** Null lifts rate limits, for measuring on loopback only. */
  rates: Rates | null;
};

export function createChat(deps: ChatDeps): Chat {
  const { store, appender, hub, presence, passwords, tokens, names, clock, epoch, registration } = deps;
  const { failedSignIns, lastUse, devices } = deps;
  const { users } = store;
  const limits = createRateLimits(clock, deps.rates);
  const subscriptions = createSubscriptions({
    memberships: store.memberships,
    ignored: store.ignored,
    hub,
    voices: deps.voices,
    epoch,
  });
  const memberships = createMemberships({
    memberships: store.memberships,
    users,
    lastSeen: store.lastSeen,
    appender,
    presence,
    subscriptions,
    hub,
  });
  const rooms = createRooms({ rooms: store.rooms, memberships, appender, subscriptions, limits });
  const lobby = createLobby({ rooms: store.rooms, appender, name: deps.lobbyName });
  const personalTokens = createPersonalTokens({
    tokens: store.personalTokens,
    rooms,
    lastUse,
    limits,
    clock,
  });
  const invitations = createInvitations({
    invitations: store.invitations,
    appender,
    subscriptions,
    rooms,
    limits,
    registration,
  });
  const throttle = createLoginThrottle(clock, deps.rates !== null);
  const ownAccount = createOwnAccount({
    accounts: store.ownAccounts,
    removals: store.accountRemovals,
    removal: deps.removal,
    names,
    passwords,
    throttle,
    failedSignIns,
    hub,
    presence,
    clock,
  });
  const sessions = createSessions({
    sessions: store.sessions,
    tokens,
    personalTokens,
    lastUse,
    hub,
    clock,
  });
  return {
    accounts: createAccounts({
      users,
      passwords,
      limits,
      throttle,
      devices,
      names,
      failedSignIns,
      invitations,
      lobby,
      registration,
    }),
    ownAccount,
    people: createPeople({ ownAccount, presence, lastSeen: store.lastSeen }),
    devices,
    sessions,
    personalTokens,
    rooms,
    lobby,
    directRooms: createDirectRooms({ rooms: store.rooms, users, subscriptions, limits }),
    memberships,
    moderation: createModeration({ memberships, bans: store.bans, appender, clock }),
    reports: createReports({ reports: store.reports, memberships, hub }),
    invitations,
    messages: createMessages({
      messages: store.messages,
      events: store.events,
      memberships,
      appender,
      limits,
      names,
    }),
    search: createSearch({ search: store.search, memberships, limits }),
    subscriptions,
    typing: new Typing({ memberships: store.memberships, hub, limits, speakingRights: deps.voices }),
    presence,
    ignored: createIgnored({ ignored: store.ignored, users, hub }),
    audit: createAudit(store.audit),
    administration: createAdministration({
      administration: store.administration,
      sessions,
      passwords,
      hub,
      clock,
    }),
    addressBans: deps.addressBans,
    lastUse,
    limits,
  };
}
