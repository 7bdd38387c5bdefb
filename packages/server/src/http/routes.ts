/** The table of calls: everything that HTTP can ask for, below /v1. */
import type { Route } from './route.ts';
import { adminRoutes } from './routes/admin.ts';
import { adminAccountRoutes } from './routes/admin-accounts.ts';
import { adminAddressRoutes } from './routes/admin-addresses.ts';
import { authRoutes } from './routes/auth.ts';
import { eventRoutes } from './routes/events.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { memberRoutes } from './routes/members.ts';
import { messageRoutes } from './routes/messages.ts';
import { moderationRoutes } from './routes/moderation.ts';
import { peopleRoutes } from './routes/people.ts';
import { reportRoutes } from './routes/reports.ts';
import { roomRoutes } from './routes/rooms.ts';
import { searchRoutes } from './routes/search.ts';
import { serverRoutes } from './routes/server.ts';
import { tokenRoutes } from './routes/tokens.ts';

export const ROUTES: readonly Route[] = [
  ...serverRoutes,
  ...authRoutes,
  ...tokenRoutes,
  ...peopleRoutes,
  ...roomRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...moderationRoutes,
  ...reportRoutes,
  ...messageRoutes,
  ...eventRoutes,
  ...adminRoutes,
  ...adminAccountRoutes,
  ...adminAddressRoutes,
  ...searchRoutes,
];
