/** Cuts a message's text into what is shown apart: plain text, links, the reader's own name, an addressee. Pure. */
import { findName } from '../mentions.ts';

export type TextPart =
  | { kind: 'text'; text: string }
  /** An http or https address; `href` is its parsed form. */
  | { kind: 'link'; text: string; href: string }
  | { kind: 'own-name'; text: string }
  | { kind: 'addressee'; text: string };

export type TextNames = { self: string; addressee: string | null };

// No spaces, quotes or brackets, and none of the characters that hide or reorder text.
const LINK = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
/** What ends a sentence, not an address. */
const LINK_TRAILER = /[.,:;!?)\]}*_~]+$/;

/** The parts of `content`, in order; joined they are `content` again. */
export function textParts(content: string, names: TextNames): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  if (names.addressee !== null) {
    const at = content.indexOf(names.addressee);
    if (at > 0) parts.push({ kind: 'text', text: content.slice(0, at) });
    from = at + names.addressee.length;
    const kind = names.addressee.toLowerCase() === names.self.toLowerCase() ? 'own-name' : 'addressee';
    parts.push({ kind, text: names.addressee });
  }
  for (const link of linksOf(content, from)) {
    pushText(parts, content.slice(from, link.at), names.self);
    parts.push({ kind: 'link', text: link.text, href: link.href });
    from = link.at + link.text.length;
  }
  pushText(parts, content.slice(from), names.self);
  return parts;
}

function linksOf(content: string, from: number): { at: number; text: string; href: string }[] {
  const links = [];
  for (const match of content.slice(from).matchAll(LINK)) {
    const text = withoutTrailer(match[0]);
    const url = URL.canParse(text) ? new URL(text) : null;
    // A user part makes https://bank.example@evil.example look like the bank: such an address stays text.
    if (url === null || url.username !== '' || url.password !== '') continue;
    links.push({ at: from + match.index, text, href: url.href });
  }
  return links;
}

/** Drops closing signs, but keeps a bracket that was opened inside the address. */
function withoutTrailer(address: string): string {
  const trimmed = address.replace(LINK_TRAILER, '');
  const dropped = address.slice(trimmed.length);
  return dropped.startsWith(')') && trimmed.includes('(') ? `${trimmed})` : trimmed;
}

function pushText(parts: TextPart[], text: string, self: string): void {
  let from = 0;
  for (let at = findName(text, self, 0); at !== -1; at = findName(text, self, from)) {
    if (at > from) parts.push({ kind: 'text', text: text.slice(from, at) });
    from = at + self.length;
    parts.push({ kind: 'own-name', text: text.slice(at, from) });
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
}
