/** Splits text into plain parts, the reader's own name and the addressee. Pure. */
import { compareForm, nameTokens } from '@banter/protocol';

/** A part of a text, by how it is shown. */
export type TextPart = { kind: 'text' | 'own-name' | 'addressee'; text: string };

/** The names to find. `addressee` is null except for the first text of a message, where it is the first word. */
export type TextNames = { self: string; addressee: string | null };

/** The parts of `text`, in order. Joined, they are `text` again. */
export function textParts(text: string, { self, addressee }: TextNames): TextPart[] {
  const own = self.toLowerCase();
  const parts: TextPart[] = [];
  let from = 0;
  const push = (kind: TextPart['kind'], end: number) => {
    if (end > from) parts.push({ kind, text: text.slice(from, end) });
    from = end;
  };
  if (addressee !== null) {
    push('text', text.indexOf(addressee));
    push(addressee.toLowerCase() === own ? 'own-name' : 'addressee', from + addressee.length);
  }
  // A cheap prefilter: most texts don't contain the name at all.
  const tokens = compareForm(text).includes(own) ? nameTokens(text) : [];
  for (const { at, names, ends } of tokens) {
    const end = ends[names.indexOf(own)];
    if (at < from || end === undefined) continue;
    // With its `@`, so that text from right to left does not part them.
    push('text', Math.max(from, /[@＠﹫]/.test(text.charAt(at - 1)) ? at - 1 : at));
    push('own-name', end);
  }
  push('text', text.length);
  return parts;
}
