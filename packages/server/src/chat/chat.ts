/** The domain as one value: what people can do, whichever door they use. */
import type { ChatDeps } from './chat-deps.ts';
import type { AddressBans } from './limits/address-bans.ts';
import type { DiskSpace } from './limits/disk-space.ts';
import type { RateLimits } from './limits/rate-limits.ts';
import type { Messages } from './messages/messages.ts';
import type { Search } from './messages/search.ts';
import type { Administration } from './people/administration.ts';
import type { AuditLog } from './people/audit-log.ts';
import type { Ignored } from './people/ignored.ts';
import type { OwnAccount } from './people/own-account.ts';
import type { People } from './people/people.ts';
import type { Background } from './periodic.ts';
import type { Presence } from './presence/presence.ts';
import type { DirectRooms } from './rooms/direct-rooms.ts';
import type { Invitations } from './rooms/invitations.ts';
import type { Lobby } from './rooms/lobby.ts';
import type { Memberships } from './rooms/memberships.ts';
import type { Moderation } from './rooms/moderation.ts';
import type { Reports } from './rooms/reports.ts';
import type { Requests } from './rooms/requests.ts';
import type { Rooms } from './rooms/rooms.ts';
import type { SpeakingRights } from './rooms/speaking-rights.ts';
import type { Subscriptions } from './rooms/subscriptions.ts';
import type { Typing } from './rooms/typing.ts';
import type { Accounts } from './sign-in/accounts.ts';
import type { DeviceCookies } from './sign-in/device-cookies.ts';
import type { LastUse } from './sign-in/last-use.ts';
import type { Passwords } from './sign-in/passwords.ts';
import type { PersonalTokens } from './sign-in/personal-tokens.ts';
import type { Sessions } from './sign-in/sessions.ts';
import { buildBase } from './wings/base.ts';
import { buildMessages } from './wings/messages.ts';
import { buildPeople } from './wings/people.ts';
import { buildRooms } from './wings/rooms.ts';
import { buildSignIn } from './wings/sign-in.ts';

/** The nouns of the domain. Their methods check every right of the caller. */
export type Chat = {
  rooms: Rooms;
  lobby: Lobby;
  directRooms: DirectRooms;
  memberships: Memberships;
  moderation: Moderation;
  reports: Reports;
  requests: Requests;
  invitations: Invitations;
  subscriptions: Subscriptions;
  typing: Typing;
  messages: Messages;
  search: Search;
  presence: Presence;
  accounts: Accounts;
  sessions: Sessions;
  personalTokens: PersonalTokens;
  ownAccount: OwnAccount;
  people: People;
  ignored: Ignored;
  administration: Administration;
  auditLog: AuditLog;
  /** The doors check addresses before anybody signs in. */
  addressBans: AddressBans;
  /** The doors charge every call and command. */
  limits: RateLimits;
  /** The metrics and the readiness show it. */
  space: Pick<DiskSpace, 'isLow'>;
  /** The metrics show how many wait. */
  passwords: Pick<Passwords, 'counts'>;
  /** The HTTP door sends browsers their cookie. */
  deviceCookies: DeviceCookies;
  /** The sockets record every command. */
  lastUse: LastUse;
  /** The app passes it every committed event. */
  speakingRights: SpeakingRights;
};

export type { ChatDeps } from './chat-deps.ts';

/** A chat at work. */
export type RunningChat = {
  chat: Chat;
  /** Stops the work in the background, and writes what it owes the store. */
  stop(): Promise<void>;
};

/** Builds the domain and starts its work in the background. @throws as Database.query if the store cannot be read. */
export async function createChat(given: ChatDeps): Promise<RunningChat> {
  const base = buildBase(given);
  const deps = { ...given, appender: base.appender };
  const rooms = buildRooms(deps, base.nouns, await deps.store.rooms.epoch());
  const roomNouns = { ...base.nouns, ...rooms.nouns };
  const messages = buildMessages(deps, roomNouns);
  const { names } = messages;
  const signIn = await buildSignIn(deps, { ...roomNouns, names });
  const people = buildPeople(deps, { ...base.nouns, ...signIn.nouns, ...signIn.proving, names });
  const { passwords } = signIn.proving;
  const chat: Chat = { ...roomNouns, ...messages.nouns, ...signIn.nouns, ...people.nouns, passwords };
  const wings: { background: Background[] }[] = [base, messages, signIn, people];
  const background = wings.flatMap((wing) => wing.background);
  for (const work of background) await work.start();
  await chat.lobby.open();
  return {
    chat,
    async stop() {
      await Promise.all(background.map((work) => work.stop()));
    },
  };
}
