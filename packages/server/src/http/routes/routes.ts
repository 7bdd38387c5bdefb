/** The table of all routes below /v1. */
import type { Route } from '../route.ts';
import { adminRoutes } from './admin.ts';
import { adminAccountRoutes } from './admin-accounts.ts';
import { adminAddressRoutes } from './admin-addresses.ts';
import { authRoutes } from './auth.ts';
import { eventRoutes } from './events.ts';
import { invitationRoutes } from './invitations.ts';
import { memberRoutes } from './members.ts';
import { messageRoutes } from './messages.ts';
import { moderationRoutes } from './moderation.ts';
import { peopleRoutes } from './people.ts';
import { reportRoutes } from './reports.ts';
import { requestRoutes } from './requests.ts';
import { roomRoutes } from './rooms.ts';
import { searchRoutes } from './search.ts';
import { serverRoutes } from './server.ts';
import { tokenRoutes } from './tokens.ts';

/** Every row, in the order of the API description. */
export const ROUTES: readonly Route[] = [
  ...serverRoutes,
  ...authRoutes,
  ...tokenRoutes,
  ...peopleRoutes,
  ...requestRoutes,
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
