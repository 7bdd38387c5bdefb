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

/** The nouns of this wing and the lower one. */
export type RoomNouns = BaseNouns & ReturnType<typeof buildRooms>['nouns'];
