/** The text that a copied message has on the clipboard. */
import { type MarkupBlock, parseMarkup } from '@banter/protocol';

/** Returns `content`, or only the code if the message is nothing else: people paste it where it runs. */
export function copiedText(content: string): string {
  const [block, ...others] = parseMarkup(content).filter((each) => !isEmpty(each));
  if (block === undefined || others.length > 0) return content;
  if (block.kind === 'code-block') return block.text;
  const [node, ...rest] = block.kind === 'paragraph' ? block.children : [];
  return node?.kind === 'code' && rest.length === 0 ? node.text : content;
}

/** Whether a block has no visible text, such as the line after a code block. */
function isEmpty(block: MarkupBlock): boolean {
  return (
    block.kind === 'paragraph' && block.children.every((node) => node.kind === 'text' && !node.text.trim())
  );
}
