/** Searches as a person. */

import type { SearchPage } from '@banter/protocol';
import { call, type Host } from './http.ts';
import type { Person } from './people.ts';
import { until } from './wait.ts';

/** Returns one page of hits. @throws Error if the search fails. */
export function search(
  host: Host,
  who: Pick<Person, 'token'>,
  q: string,
  rest: Record<string, string> = {},
): Promise<SearchPage> {
  return call(host, 'GET', `/v1/search?${new URLSearchParams({ q, ...rest })}`, { token: who.token });
}

/** Returns the seqs of the first page of hits. */
export async function seqs(host: Host, who: Pick<Person, 'token'>, q: string): Promise<number[]> {
  return (await search(host, who, q)).hits.map(({ message }) => message.seq);
}

/** Waits until all messages in a person's rooms are indexed. */
export async function indexed(host: Host, who: Pick<Person, 'token'>): Promise<void> {
  await until(
    'all messages are indexed',
    async () => (await search(host, who, 'after:2020-01-01')).behind === 0,
  );
}
