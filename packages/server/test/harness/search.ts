/** Searching as a person does. */

import type { SearchPage } from '@banter/protocol';
import { call, type Host } from './http.ts';
import type { Person } from './people.ts';
import { until } from './wait.ts';

/** One page, which must come. */
export function search(
  host: Host,
  who: Pick<Person, 'token'>,
  q: string,
  rest: Record<string, string> = {},
): Promise<SearchPage> {
  return call(host, 'GET', `/v1/search?${new URLSearchParams({ q, ...rest })}`, { token: who.token });
}

/** The seqs of what is found first. */
export async function seqs(host: Host, who: Pick<Person, 'token'>, q: string): Promise<number[]> {
  return (await search(host, who, q)).hits.map(({ message }) => message.seq);
}

/** Waits until search has come to all messages in a person's rooms. */
export async function indexed(host: Host, who: Pick<Person, 'token'>): Promise<void> {
  await until(
    'search has come to all',
    async () => (await search(host, who, 'after:2020-01-01')).behind === 0,
  );
}
