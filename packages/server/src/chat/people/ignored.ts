/** Ignoring people: in one's own view alone. The server keeps whom; clients leave out what comes from them. */
import { ChatError, IGNORED_MAX, type RoomPerson } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { IgnoredStore } from '../../store/ignored.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';

export type Ignored = {
  /** By name. */
  list(caller: Caller): Promise<RoomPerson[]>;
  /** Ignores a person or no longer, and tells the caller's connections. @throws ChatError not_found, invalid (oneself), conflict (too many). */
  set(caller: Caller, userId: number, on: boolean): Promise<void>;
};

export type IgnoredDeps = {
  ignored: IgnoredStore;
  users: Pick<UserStore, 'findById'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
};

export function createIgnored({ ignored, users, hub }: IgnoredDeps): Ignored {
  return {
    list: ({ user, scope }) => ignored.list(user.id, scope),

    async set({ user, scope }, userId, on) {
      if (userId === user.id) throw new ChatError('invalid', 'nobody can ignore themselves');
      const person = await users.findById(userId, scope);
      if (!person) throw new ChatError('not_found', 'there is no such person');
      const changed = on
        ? await ignored.insert(user.id, userId, IGNORED_MAX, scope)
        : await ignored.delete(user.id, userId, scope);
      if (changed === null) {
        throw new ChatError('conflict', `you ignore ${IGNORED_MAX} people, and can ignore no more`);
      }
      if (!changed) return;
      const { username } = person;
      for (const connection of hub.connectionsOf(user.id, null)) {
        hub.send(connection, { type: 'ignore', userId, username, on });
      }
    },
  };
}
