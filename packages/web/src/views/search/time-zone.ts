/** The time zone of a search: the days in a query are the days that the person sees. */

const DAY_FILTER = /(^|\s)(before|after)[:\uff1a]/iu;

/**
 * Returns the zone that a query with `before:` or `after:` needs: the browser's, by its IANA name. Undefined for other queries,
 * and for a browser that does not tell its zone; then the server uses UTC.
 */
export function zoneForQuery(query: string, own = ownZone()): string | undefined {
  return DAY_FILTER.test(query.normalize('NFKC')) ? own : undefined;
}

function ownZone(): string | undefined {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
