/** Paths of the HTTP API. */

/** Returns the path of an invitation; the code is escaped. */
export function invitationPath(code: string): string {
  return `/v1/invitations/${encodeURIComponent(code)}`;
}

/** Returns the path of a room, or of something in it. */
export function roomPath(roomId: number, rest = ''): string {
  return `/v1/rooms/${roomId}${rest}`;
}

/** Returns a query string with its `?`, without undefined values; empty when none is left. */
export function queryOf(values: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
