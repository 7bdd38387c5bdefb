/** A Markdown document, as far as the tests of the documents look into one. */

/** One fenced block; `line` is that of its opening fence, from 1. */
export type Fence = { language: string; text: string; line: number };

/** The fenced blocks of a document, in order. @throws Error for a fence that is never closed. */
export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | null = null;
  for (const [index, text] of markdown.split('\n').entries()) {
    // A fence is closed by one that says nothing more (CommonMark 4.5): an example may hold the others.
    if (open && text.trimEnd() === '```') {
      fences.push(open);
      open = null;
    } else if (open) open.text += `${text}\n`;
    else if (text.startsWith('```')) open = { language: text.slice(3).trim(), text: '', line: index + 1 };
  }
  if (open) throw new Error(`the fence of line ${open.line} is never closed`);
  return fences;
}

/** The document without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** The rows of every table under a heading, as trimmed cells, header and rule left out. @throws Error for no heading. */
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

/** The anchors that a reader can jump to. */
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
