/** The links that the page gives out, and reads when it is opened with one. (An invitation's is read by invitation.ts.) */

/** The link that an invitation's code stands in. */
export function joinLink(origin: string, code: string): string {
  return `${origin}/join/${code}`;
}

/** The link to choose another password by. The token stands behind the `#`, so that no server logs it. */
export function resetLink(origin: string, token: string): string {
  return `${origin}/#reset/${token}`;
}

/** The token of a reset link; null for any other address. */
export function resetTokenIn({ hash }: Pick<Location, 'hash'>): string | null {
  return /^#reset\/([\w-]+)$/.exec(hash)?.[1] ?? null;
}
