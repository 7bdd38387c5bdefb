import type {
  AccountPage,
  AddressBan,
  AdminAccount,
  AuditEntry,
  AuditPage,
  AuditVerdict,
  Ban,
  EntryRequest,
  Invitation,
  InvitationPage,
  InvitationPreview,
  Member,
  Message,
  MessagePage,
  Mute,
  NewInvitation,
  NewPersonalToken,
  Notice,
  OwnProfile,
  PersonalToken,
  Presence,
  Profile,
  PublicProfile,
  Registration,
  Report,
  ReportPage,
  ReportState,
  Role,
  Room,
  RoomKind,
  RoomPerson,
  SearchHit,
  SearchOrder,
  SearchPage,
  Session,
  TokenGrant,
  TokenScope,
  User,
} from '@banter/protocol';
import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { ResetToken } from '../../chat/people/administration.ts';
import type { Ticket } from '../../chat/sign-in/sessions.ts';
import type { Problem } from '../problem.ts';
import type * as schemas from './schemas.ts';

type Of<K extends keyof typeof schemas> = z.output<(typeof schemas)[K]>;

/** Turns an intersection into one object type. */
type Flat<T> = { [K in keyof T]: T[K] };

/** The compiler proves this in make check: a field that only one of the two has does not compile. */
test('the schemas have exactly the types that server and clients share', () => {
  expectTypeOf<Of<'user'>>().toEqualTypeOf<User>();
  expectTypeOf<Of<'profile'>>().toEqualTypeOf<Flat<Profile>>();
  expectTypeOf<Of<'ownProfile'>>().toEqualTypeOf<Flat<OwnProfile>>();
  expectTypeOf<Of<'roomKind'>>().toEqualTypeOf<RoomKind>();
  expectTypeOf<Of<'role'>>().toEqualTypeOf<Role>();
  expectTypeOf<Of<'room'>>().toEqualTypeOf<Room>();
  expectTypeOf<Of<'presence'>>().toEqualTypeOf<Presence>();
  expectTypeOf<Of<'publicProfile'>>().toEqualTypeOf<Flat<PublicProfile>>();
  expectTypeOf<Of<'entryRequest'>>().toEqualTypeOf<EntryRequest>();
  expectTypeOf<Of<'roomPerson'>>().toEqualTypeOf<RoomPerson>();
  expectTypeOf<Of<'member'>>().toEqualTypeOf<Member>();
  expectTypeOf<Of<'ban'>>().toEqualTypeOf<Ban>();
  expectTypeOf<Of<'report'>>().toEqualTypeOf<Report>();
  expectTypeOf<Of<'reportPage'>>().toEqualTypeOf<ReportPage>();
  expectTypeOf<Of<'reportState'>>().toEqualTypeOf<ReportState>();
  expectTypeOf<Of<'notice'>>().toEqualTypeOf<Notice>();
  expectTypeOf<Of<'mute'>>().toEqualTypeOf<Mute>();
  expectTypeOf<Of<'message'>>().toEqualTypeOf<Message>();
  expectTypeOf<Of<'messagePage'>>().toEqualTypeOf<MessagePage>();
  expectTypeOf<Of<'searchHit'>>().toEqualTypeOf<SearchHit>();
  expectTypeOf<Of<'searchOrder'>>().toEqualTypeOf<SearchOrder>();
  expectTypeOf<Of<'searchPage'>>().toEqualTypeOf<SearchPage>();
  expectTypeOf<Of<'session'>>().toEqualTypeOf<Session>();
  expectTypeOf<Of<'tokenScope'>>().toEqualTypeOf<TokenScope>();
  expectTypeOf<Of<'personalToken'>>().toEqualTypeOf<PersonalToken>();
  expectTypeOf<Of<'newPersonalToken'>>().toEqualTypeOf<Flat<NewPersonalToken>>();
  expectTypeOf<Of<'tokenGrant'>>().toEqualTypeOf<TokenGrant>();
  expectTypeOf<Of<'adminAccount'>>().toEqualTypeOf<AdminAccount>();
  expectTypeOf<Of<'accountPage'>>().toEqualTypeOf<AccountPage>();
  expectTypeOf<Of<'resetToken'>>().toEqualTypeOf<ResetToken>();
  expectTypeOf<Of<'addressBan'>>().toEqualTypeOf<AddressBan>();
  expectTypeOf<Of<'auditEntry'>>().toEqualTypeOf<AuditEntry>();
  expectTypeOf<Of<'auditPage'>>().toEqualTypeOf<AuditPage>();
  expectTypeOf<Of<'auditVerdict'>>().toEqualTypeOf<AuditVerdict>();
  expectTypeOf<Of<'ticket'>>().toEqualTypeOf<Ticket>();
  expectTypeOf<Of<'registration'>>().toEqualTypeOf<Registration>();
  expectTypeOf<Of<'invitation'>>().toEqualTypeOf<Invitation>();
  expectTypeOf<Of<'newInvitation'>>().branded.toEqualTypeOf<NewInvitation>();
  expectTypeOf<Of<'invitationPage'>>().toEqualTypeOf<InvitationPage>();
  expectTypeOf<Of<'invitationPreview'>>().toEqualTypeOf<InvitationPreview>();
  expectTypeOf<Of<'problem'>>().toEqualTypeOf<Problem>();
});
