/** The rooms that others ask the caller to enter. */
import type { EntryRequest } from '@banter/protocol';
import { SingleFlight } from '../single-flight.ts';
import type { RoomApi } from '../types/rooms-api.ts';

/** The means and listeners of RequestList. */
export type RequestListOptions = {
  api: Pick<RoomApi, 'requests'>;
  /** Called when the list has changed. */
  onChange(): void;
};

/** Owns the list, at first empty. */
export class RequestList {
  readonly #options: RequestListOptions;
  readonly #loading = new SingleFlight<void>();
  #list: readonly EntryRequest[] = [];

  constructor(options: RequestListOptions) {
    this.#options = options;
  }

  /** The requests that wait for the caller, oldest first; a new array after each change. */
  get list(): readonly EntryRequest[] {
    return this.#list;
  }

  /** Applies the number of requests in `welcome`, and loads them if there are any. */
  welcome(count: number): void {
    if (count > 0) this.reload();
    else this.clear();
  }

  /** Loads the list again, after a request came or was answered. Errors are ignored; the next occasion retries. */
  reload(): void {
    this.#loading.share(() => this.#load()).catch(() => {});
  }

  /** Forgets the list. */
  clear(): void {
    this.#loading.detach();
    if (this.#list.length > 0) this.#set([]);
  }

  async #load(): Promise<void> {
    this.#set(await this.#options.api.requests());
  }

  #set(list: readonly EntryRequest[]): void {
    this.#list = list;
    this.#options.onChange();
  }
}
