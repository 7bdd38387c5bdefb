/**
 * Keeps the browser's undo inside of one text. The browser has one undo stack for the field, whatever its text was replaced
 * with: without this, Ctrl+Z could bring the draft of one room into another.
 */
export class ShownTexts {
  #fingerprints = new Set<number>();
  #last = '';

  /** Begins with another text, which has nothing to undo. */
  begin(text: string): void {
    this.#fingerprints.clear();
    this.add(text);
  }

  /** Records a text that the field shows. */
  add(text: string): void {
    this.#last = text;
    this.#fingerprints.add(fingerprint(text));
  }

  /** Whether the field has shown this text since the beginning. Only such a text may be brought back. */
  has(text: string): boolean {
    return this.#fingerprints.has(fingerprint(text));
  }

  /** The text that was recorded last. */
  get last(): string {
    return this.#last;
  }
}

/** A number for each text, because a long draft has shown thousands of texts. Two may have the same one, seldom. */
function fingerprint(text: string): number {
  let sum = text.length;
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return sum;
}
