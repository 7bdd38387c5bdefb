/** Shares one running task among all its callers. */

/** Runs at most one task at a time. */
export class SingleFlight<T> {
  #running: Promise<T> | null = null;

  /** Whether a task is running. */
  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Returns the running task's result, or starts `task` when none is running. */
  share(task: () => Promise<T>): Promise<T> {
    this.#running ??= this.#start(task);
    return this.#running;
  }

  /** Waits until no task is running, then starts `task`. Rejects when an awaited task rejects. */
  async runNext(task: () => Promise<T>): Promise<T> {
    while (this.#running !== null) await this.#running;
    return this.share(task);
  }

  /** Lets the next `share` start a task of its own, though one is running. */
  detach(): void {
    this.#running = null;
  }

  #start(task: () => Promise<T>): Promise<T> {
    const running = task().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    return running;
  }
}
