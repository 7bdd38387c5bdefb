/** The store as one value: an object per noun, so that a test can replace it with plain objects. */

import { type AddressBanStore, createAddressBanStore } from './address-bans.ts';
import { type AdministrationStore, createAdministrationStore } from './administration.ts';
import { type AuditStore, createAuditStore } from './audit.ts';
import { type BanStore, createBanStore } from './bans.ts';
import type { Database } from './database/database.ts';
import { createEventStore, type EventStore } from './events.ts';
import { createGreetingStore, type GreetingStore } from './greetings.ts';
import { createIgnoredStore, type IgnoredStore } from './ignored.ts';
import { createInvitationStore, type InvitationStore } from './invitations.ts';
import { createLastSeenStore, type LastSeenStore } from './last-seen.ts';
import { createMembershipStore, type MembershipStore } from './memberships.ts';
import { createMessageStore, type MessageStore } from './messages.ts';
import { createOwnAccountStore, type OwnAccountStore } from './own-accounts.ts';
import { createPersonalTokenStore, type PersonalTokenStore } from './personal-tokens.ts';
import { createReportStore, type ReportStore } from './reports.ts';
import { createRequestStore, type RequestStore } from './requests.ts';
import { createRoomStore, type RoomStore } from './rooms.ts';
import { createSearchStore, type SearchStore } from './search/search.ts';
import { createSessionStore, type SessionStore } from './sessions.ts';
import { createStorageUseStore, type StorageUseStore } from './storage/storage-use.ts';
import { type AccountRemovalStore, createAccountRemovalStore } from './upkeep/account-removals.ts';
import { createLeftoverStore, type LeftoverStore } from './upkeep/leftovers.ts';
import { createUserStore, type UserStore } from './users.ts';

/** The store of each noun. The appender is apart: it writes everything that goes into a room's order. */
export type Store = {
  administration: AdministrationStore;
  addressBans: AddressBanStore;
  audit: AuditStore;
  users: UserStore;
  ownAccounts: OwnAccountStore;
  accountRemovals: AccountRemovalStore;
  sessions: SessionStore;
  /** Tells which sessions live, on a connection that nothing else can occupy. */
  liveSessions: Pick<SessionStore, 'listLive'>;
  personalTokens: PersonalTokenStore;
  leftovers: LeftoverStore;
  rooms: RoomStore;
  memberships: MembershipStore;
  greetings: GreetingStore;
  bans: BanStore;
  reports: ReportStore;
  requests: RequestStore;
  messages: MessageStore;
  events: EventStore;
  search: SearchStore;
  invitations: InvitationStore;
  lastSeen: LastSeenStore;
  storageUse: StorageUseStore;
  ignored: IgnoredStore;
};

/**
 * Creates the store on one database.
 * @param searchDatabase the connections of search, opened with SEARCH_SETTINGS; by default the same as all others.
 * @param vitalDatabase the connection of the check for ended sessions; by default the same as all others.
 */
export function createStore(database: Database, searchDatabase = database, vitalDatabase = database): Store {
  return {
    administration: createAdministrationStore(database),
    addressBans: createAddressBanStore(database),
    audit: createAuditStore(database),
    users: createUserStore(database),
    ownAccounts: createOwnAccountStore(database),
    accountRemovals: createAccountRemovalStore(database),
    sessions: createSessionStore(database),
    liveSessions: createSessionStore(vitalDatabase),
    personalTokens: createPersonalTokenStore(database),
    leftovers: createLeftoverStore(database),
    rooms: createRoomStore(database),
    memberships: createMembershipStore(database),
    greetings: createGreetingStore(database),
    bans: createBanStore(database),
    reports: createReportStore(database),
    requests: createRequestStore(database),
    messages: createMessageStore(database),
    events: createEventStore(database),
    search: createSearchStore(searchDatabase),
    invitations: createInvitationStore(database),
    lastSeen: createLastSeenStore(database),
    storageUse: createStorageUseStore(database),
    ignored: createIgnoredStore(database),
  };
}
