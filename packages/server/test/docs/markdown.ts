/** Reads the parts of a Markdown document that the tests need. */

/** A fenced block. `line` is the number of its opening fence, from 1. */
export type Fence = { language: string; text: string; line: number };

/** Returns the fenced blocks of a document, in order. @throws Error for a fence that is never closed. */
export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | null = null;
  for (const [index, text] of markdown.split('\n').entries()) {
    // Only a fence without an info string closes a block (CommonMark 4.5), so an example may contain other fences.
    if (open && text.trimEnd() === '```') {
      fences.push(open);
      open = null;
    } else if (open) open.text += `${text}\n`;
    else if (text.startsWith('```')) open = { language: text.slice(3).trim(), text: '', line: index + 1 };
  }
  if (open) throw new Error(`the fence on line ${open.line} is never closed`);
  return fences;
}

/** Returns the document without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Returns the body rows of every table under a heading, as trimmed cells. @throws Error for an unknown heading. */
export function rowsUnder(markdown: string, heading: string): string[][] {
  const [, section] = markdown.split(new RegExp(`^## ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`there is no heading "${heading}"`);
  const [body = ''] = section.split(/^## /m);
  return [...body.matchAll(/^\|[- |]+\|\n((?:\|.*\n?)+)/gm)].flatMap((table) =>
    (table[1] ?? '')
      .trim()
      .split('\n')
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );
}

/** Returns the anchors of a document's headings. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = [...proseOf(markdown).matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\d -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
