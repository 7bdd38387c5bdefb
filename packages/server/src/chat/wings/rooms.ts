/** Builds the wing of rooms. */
import type { ChatDeps } from '../chat-deps.ts';
import { DirectRooms } from '../rooms/direct-rooms.ts';
import { Invitations } from '../rooms/invitations.ts';
import { Lobby } from '../rooms/lobby.ts';
import { Memberships } from '../rooms/memberships.ts';
import { Moderation } from '../rooms/moderation.ts';
import { Namesakes } from '../rooms/namesakes.ts';
import { Reports } from '../rooms/reports.ts';
import { Requests } from '../rooms/requests.ts';
import { RoomCaps } from '../rooms/room-caps.ts';
import { Rooms } from '../rooms/rooms.ts';
import { SpeakingRights } from '../rooms/speaking-rights.ts';
import { Subscriptions } from '../rooms/subscriptions.ts';
import { Typing } from '../rooms/typing.ts';
import type { BaseNouns } from './base.ts';

/** Rooms. @param epoch the name of this history of the store [R2]. */
export function buildRooms(deps: ChatDeps, base: BaseNouns, epoch: string) {
  const { store, appender, hub, clock, registration, lobbyName, onProblem } = deps;
  const { limits } = base;
  const entering = buildEntering(deps, base, epoch);
  const { caps, speakingRights, subscriptions, requests, memberships } = entering;
  const namesakes = new Namesakes({ rooms: store.rooms, hub, onProblem });
  const entry = { appender, subscriptions, limits, caps };
  const rooms = new Rooms({ ...entry, rooms: store.rooms, memberships, namesakes });
  const directRooms = new DirectRooms({ ...entry, rooms: store.rooms, users: store.users, requests });
  const invitations = new Invitations({ ...entry, invitations: store.invitations, rooms, registration });
  return {
    nouns: {
      speakingRights,
      subscriptions,
      requests,
      memberships,
      rooms,
      directRooms,
      invitations,
      typing: new Typing({ memberships: store.memberships, hub, limits, speakingRights }),
      lobby: new Lobby({ rooms: store.rooms, appender, name: lobbyName }),
      moderation: new Moderation({ memberships, bans: store.bans, appender, clock }),
      reports: new Reports({ reports: store.reports, memberships, hub }),
    },
  };
}

/** The parts by which people enter and follow rooms. */
function buildEntering(deps: ChatDeps, { limits, presence }: BaseNouns, epoch: string) {
  const { store, appender, hub, clock } = deps;
  const { users, lastSeen, ignored } = store;
  const speakingRights = new SpeakingRights({ clock });
  const caps = new RoomCaps({ memberships: store.memberships, caps: deps.caps });
  const subscriptions = new Subscriptions({
    memberships: store.memberships,
    greetings: store.greetings,
    hub,
    speakingRights,
    caps,
    epoch,
  });
  const entry = { appender, subscriptions, hub, caps };
  const requests = new Requests({ ...entry, requests: store.requests, ignored, rooms: store.rooms, limits });
  const memberships = new Memberships({
    ...entry,
    memberships: store.memberships,
    users,
    lastSeen,
    presence,
    requests,
  });
  return { caps, speakingRights, subscriptions, requests, memberships };
}

/** The nouns of this wing and the lower one. */
export type RoomNouns = BaseNouns & ReturnType<typeof buildRooms>['nouns'];
