/** Builds the wing of messages and search. */
import type { ChatDeps } from '../chat-deps.ts';
import { Messages } from '../messages/messages.ts';
import { Names } from '../messages/names.ts';
import { Search } from '../messages/search.ts';
import type { RoomNouns } from './rooms.ts';

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
