/** Whether a text calls somebody by name. */

const FENCED = /```[\s\S]*?(?:```|$)/g;
const INLINE = /`[^`\n]*`/g;
/** What may stand in a name, so that `bob` is not found in `bob-2`. */
const NAME_CHAR = '[\\p{L}\\p{N}_-]';

/**
 * A test for texts that name `username`: as a whole token, in any case, with or without `@`, and not inside code.
 * A dot ends a name at the end of a sentence, but not inside a longer name.
 */
export function createMentionTest(username: string): (content: string) => boolean {
  const name = username.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const before = `(?<!${NAME_CHAR}|${NAME_CHAR}[.@])`;
  const after = String.raw`(?!${NAME_CHAR}|\.${NAME_CHAR})`;
  const pattern = new RegExp(`${before}${name}${after}`, 'iu');
  return (content) => pattern.test(withoutCode(content));
}

function withoutCode(content: string): string {
  return content.includes('`') ? content.replace(FENCED, ' ').replace(INLINE, ' ') : content;
}
