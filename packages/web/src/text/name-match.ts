/** Finding people by the beginning of their username or of a word of their display name. Accents, case and form don't count. */
import { searchForm } from '@banter/protocol';

/** The names of a person. */
export type Named = { username: string; displayName?: string };

/** Whether a name of the person begins with `begin`. An empty one begins every name. An `@` and spaces before it do not count. */
export function isNamed({ username, displayName = '' }: Named, begin: string): boolean {
  const form = searchForm(begin).replace(/^[\s@]+/, '');
  const shown = searchForm(displayName);
  return [username.toLowerCase(), shown, ...shown.split(/[^\p{L}\p{N}\p{M}]+/u)].some((name) =>
    name.startsWith(form),
  );
}
