/** Submits the lines that were entered. Commands run one at a time, in order; messages don't wait for them. */

/** A line, and the room that it was entered in. */
export type EnteredLine = { line: string; roomId: number };

/** Everything that EnteredLines needs from the input. */
export type EnteredLinesDeps = {
  /** Submits a line that was entered in that room. Resolves to false when it was rejected and must be given back. */
  submit(line: string, roomId: number): Promise<boolean>;
  /** Whether a line is a command. */
  isCommand(line: string): boolean;
  /** Called with a line that was rejected. */
  giveBack(entered: EnteredLine): void;
};

/** The lines that were entered and not submitted yet. */
export class EnteredLines {
  readonly #deps: EnteredLinesDeps;
  #isSubmitting = false;
  /** Commands that were entered and not submitted yet. */
  #waiting: EnteredLine[] = [];

  constructor(deps: EnteredLinesDeps) {
    this.#deps = deps;
  }

  /** Submits an edit, unless something else is being submitted. A rejected edit stays in the field. */
  async submitEdit(entered: EnteredLine): Promise<void> {
    if (!this.#isSubmitting) await this.#whileSubmitting(() => this.#submit(entered));
    await this.#continue();
  }

  /** Submits a line: a message now, a command after those before it. */
  async submitLine(entered: EnteredLine): Promise<void> {
    if (this.#deps.isCommand(entered.line)) this.#waiting.push(entered);
    else if (!(await this.#submit(entered))) this.#deps.giveBack(entered);
    await this.#continue();
  }

  async #continue(): Promise<void> {
    if (!this.#isSubmitting && this.#waiting.length > 0)
      await this.#whileSubmitting(() => this.#runWaiting());
  }

  #submit({ line, roomId }: EnteredLine): Promise<boolean> {
    return this.#deps.submit(line, roomId);
  }

  async #whileSubmitting(task: () => Promise<unknown>): Promise<void> {
    this.#isSubmitting = true;
    await task().finally(() => {
      this.#isSubmitting = false;
    });
  }

  async #runWaiting(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (await this.#submit(next)) continue;
      // Later commands may depend on the failed one, so they are dropped. Up recalls them.
      this.#waiting = [];
      this.#deps.giveBack(next);
    }
  }
}
