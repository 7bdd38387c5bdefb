/** The store as one value: an object per noun, so that a handler can be tested with a plain object in its place. */
import { type AccountRemovals, createAccountRemovals } from './account-removals.ts';
import { type AddressBans, createAddressBans } from './address-bans.ts';
import { type Administration, createAdministration } from './administration.ts';
import { type AuditLog, createAuditLog } from './audit.ts';
import { type Bans, createBans } from './bans.ts';
import type { Database } from './database/database.ts';
import { createEvents, type Events } from './events.ts';
import { createIgnored, type Ignored } from './ignored.ts';
import { createInvitations, type Invitations } from './invitations.ts';
import { createLastSeen, type LastSeen } from './last-seen.ts';
import { createLeftovers, type Leftovers } from './leftovers.ts';
import { createMemberships, type Memberships } from './memberships.ts';
import { createMessages, type Messages } from './messages.ts';
import { createOwnAccounts, type OwnAccounts } from './own-accounts.ts';
import { createPersonalTokens, type PersonalTokens } from './personal-tokens.ts';
import { createReports, type Reports } from './reports.ts';
import { createRooms, type Rooms } from './rooms.ts';
import { createSearch, type Search } from './search/search.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createUsers, type Users } from './users.ts';

export type Store = {
  administration: Administration;
  addressBans: AddressBans;
  audit: AuditLog;
  users: Users;
  ownAccounts: OwnAccounts;
  accountRemovals: AccountRemovals;
  sessions: Sessions;
  personalTokens: PersonalTokens;
  leftovers: Leftovers;
  rooms: Rooms;
  memberships: Memberships;
  bans: Bans;
  reports: Reports;
  messages: Messages;
  events: Events;
  search: Search;
  invitations: Invitations;
  lastSeen: LastSeen;
  ignored: Ignored;
};

/**
 * Builds the store's nouns on one database, and search on connections of its own where there are such. What writes into a
 * room's order is the appender's.
 */
export function createStore(database: Database, searchDatabase = database): Store {
  return {
    administration: createAdministration(database),
    addressBans: createAddressBans(database),
    audit: createAuditLog(database),
    users: createUsers(database),
    ownAccounts: createOwnAccounts(database),
    accountRemovals: createAccountRemovals(database),
    sessions: createSessions(database),
    personalTokens: createPersonalTokens(database),
    leftovers: createLeftovers(database),
    rooms: createRooms(database),
    memberships: createMemberships(database),
    bans: createBans(database),
    reports: createReports(database),
    messages: createMessages(database),
    events: createEvents(database),
    search: createSearch(searchDatabase),
    invitations: createInvitations(database),
    lastSeen: createLastSeen(database),
    ignored: createIgnored(database),
  };
}
