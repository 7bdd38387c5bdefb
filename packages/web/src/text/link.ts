/** Links that the page hands out and reads when opened with one. */

/** An invitation as a link. */
export function joinLink(origin: string, code: string): string {
  return `${origin}/join/${code}`;
}

/** The invitation code in `/join/CODE`, `/join/CODE/` or `/?invite=CODE`; null for any other address. */
export function inviteIn({ pathname, searchParams }: Pick<URL, 'pathname' | 'searchParams'>): string | null {
  const [, inPath] = /^\/join\/([^/]+)\/?$/.exec(pathname) ?? [];
  return inPath ?? searchParams.get('invite');
}

/** The code of a pasted invitation link, or the trimmed text itself. */
export function codeOf(text: string): string {
  const trimmed = text.trim();
  return (URL.canParse(trimmed) ? inviteIn(new URL(trimmed)) : null) ?? trimmed;
}

/** A password reset as a link. The token is in the fragment, so that no server logs it. */
export function resetLink(origin: string, token: string): string {
  return `${origin}/#reset/${token}`;
}

/** The token of a reset link; null for any other address. */
export function resetTokenIn({ hash }: Pick<Location, 'hash'>): string | null {
  return /^#reset\/([\w-]+)$/.exec(hash)?.[1] ?? null;
}
