/** Registration: the one sequence by which a link of any door becomes a connection, and by which it is removed again. */
import type { Caller } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Identity } from '../hub/connection.ts';
import type { Hub } from '../hub/hub.ts';
import type { Admission } from './admission.ts';
import { setExpiry, type Watch, type WatchedLink } from './watch.ts';

/** Dependencies of registration. */
export type RegistrationDeps = { chat: Pick<Chat, 'sessions'>; hub: Hub; watch: Watch; clock: Clock };

/**
 * Registers the caller's link, checks the session once more, then calls `subscribe`. The session may have ended since the
 * caller was authenticated: from the registration on, its end closes the link, and the check finds an earlier end [A4].
 * @throws ChatError unauthenticated when the session has ended; and whatever `subscribe` throws.
 */
export async function register(
  { chat, hub, clock }: RegistrationDeps,
  watched: WatchedLink,
  { caller, expiresAt }: Admission,
  subscribe: (connection: Connection) => Promise<void>,
): Promise<void> {
  setExpiry(watched, clock, expiresAt);
  const connection = hub.open(watched.link, identityOf(caller));
  watched.connection = connection;
  await chat.sessions.recheck(caller);
  await subscribe(connection);
}

/** Removes a link that has closed, registered or not. A second call does nothing. */
export function unregister(
  { hub, watch }: Pick<RegistrationDeps, 'hub' | 'watch'>,
  watched: WatchedLink,
): void {
  watch.remove(watched);
  if (watched.connection) hub.close(watched.connection);
}

function identityOf({ user, sessionId, permissions, scope }: Caller): Identity {
  const { id: userId, username } = user;
  return { userId, username, sessionId, onlyRoomId: permissions.roomId, spender: scope.spender };
}
