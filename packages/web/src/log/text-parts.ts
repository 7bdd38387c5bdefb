/** Cuts a text of the tree into what is shown apart: plain text, the reader's own name, an addressee. Pure. */
import { nameTokens } from '@banter/protocol';

export type TextPart = { kind: 'text' | 'own-name' | 'addressee'; text: string };

/** `addressee` is given for a message's first text only: there it is the first word. */
export type TextNames = { self: string; addressee: string | null };

/** The parts of `text`, in order; joined they are `text` again. */
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
  // Most texts name nobody: that is known without reading them word by word.
  const tokens = text.toLowerCase().includes(own) ? nameTokens(text) : [];
  for (const { at, names } of tokens) {
    if (at < from || !names.includes(own)) continue;
    push('text', at);
    push('own-name', at + self.length);
  }
  push('text', text.length);
  return parts;
}
