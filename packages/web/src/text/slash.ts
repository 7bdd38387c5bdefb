/** Slashes at the beginning of a line: one starts a command, two a text. Wide slashes of East Asian keyboards count too. */

/** A doubled slash before the word of a command. Other texts, such as `// comment` and `//a/b`, keep all their slashes. */
const ESCAPED = /^[/／]{2,}[^\s/／]+(?!\S)/;
/** A slash and a first word without another slash: a command, known or not. */
const COMMAND = /^[/／]([^\s/／]*)(?:\s+([\s\S]*))?$/;

/** Returns the text of a line without the slash that keeps it from being a command. */
export function unescaped(line: string): string {
  return ESCAPED.test(line) ? line.slice(1) : line;
}

/** Returns the name and the rest of a command; null when the line is a text. */
export function commandIn(line: string): { name: string; rest: string } | null {
  const match = COMMAND.exec(line);
  return match && { name: match[1] ?? '', rest: match[2] ?? '' };
}

/** Returns `content` as it must be typed, so that it is no command. A lone slash gets a space before it. */
export function asTyped(content: string): string {
  if (commandIn(content)?.name === '') return ` ${content}`;
  return ESCAPED.test(`/${content}`) ? `/${content}` : content;
}
