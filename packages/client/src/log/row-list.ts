/** The rows of a log in order. Each change of them is also emitted as patches. */
import type { Message } from '@banter/protocol';
import { Listeners } from '../listeners.ts';
import type { LogEntry, MessageEntry, PendingEntry, TimelinePatch } from '../types/log.ts';
import { placedByTime, seqOf } from './rows.ts';

/**
 * A list of rows, at first empty: those with a seq in its order, then the pending ones in the order they came. A row that
 * fails keeps its place among those with a seq.
 */
export class RowList {
  readonly #listeners = new Listeners<TimelinePatch>();
  #rows: readonly LogEntry[] = [];

  /** The rows; a new array after each change. */
  get rows(): readonly LogEntry[] {
    return this.#rows;
  }

  /** Adds a listener and returns a function that removes it. */
  onPatch(listener: (patch: TimelinePatch) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Returns the row with that key. */
  find(key: string): LogEntry | undefined {
    return this.#rows[this.#indexOf(key)];
  }

  /** Inserts rows, given in seq order, at their places. A row whose seq is already in the list is left out. */
  insert(added: LogEntry[]): void {
    if (!added[0]) return;
    const index = insertionIndex(this.#rows, seqOf(added[0]));
    const tail = this.#rows.slice(index);
    const merged = merge(tail, added);
    const same = firstDifference(tail, merged);
    if (same === merged.length) return;
    // No patch can insert between rows: remove the rows that follow the new ones, then append them again.
    const moved = tail.slice(same).map((row) => ({ type: 'remove', key: row.key }) as const);
    const next = [...this.#rows.slice(0, index), ...merged];
    this.#change(next, ...moved, { type: 'append', entries: merged.slice(same) });
  }

  /** Inserts rows before all others, except for failed rows that belong among the new ones. */
  prepend(added: LogEntry[]): void {
    const last = added.at(-1);
    if (last === undefined) return;
    const failed = this.#rows.filter(isFailed).map((row) => placedByTime(row, added));
    const moved = failed.filter((row) => seqOf(row) <= seqOf(last) + 1);
    const keys = new Set(moved.map(({ key }) => key));
    const entries = merge(added, moved);
    const removals = moved.map(({ key }) => ({ type: 'remove', key }) as const);
    const rest = this.#rows.filter(({ key }) => !keys.has(key));
    this.#change([...entries, ...rest], ...removals, { type: 'prepend', entries });
  }

  /** Appends a pending row, or replaces the pending row with the same key. A retried row moves to the end. */
  setPending(row: PendingEntry): void {
    const index = this.#indexOf(row.key);
    const shown = this.#rows[index];
    if (shown !== undefined && shown.kind !== 'pending') return;
    const placed = isFailed(row) ? this.#placed(row, shown) : row;
    if (shown !== undefined && fitsAt(this.#rows, index, seqOf(placed))) {
      this.#replace(index, placed);
      return;
    }
    this.remove(row.key);
    this.insert([placed]);
  }

  /** Replaces the pending row with the same key by the stored message: in place if the order allows, else by its seq. */
  confirm(row: MessageEntry): void {
    const index = this.#indexOf(row.key);
    if (this.#rows[index]?.kind !== 'pending') return;
    if (fitsAt(this.#rows, index, seqOf(row))) {
      this.#replace(index, row);
      return;
    }
    this.remove(row.key);
    this.insert([row]);
  }

  /** Replaces each message for which `update` returns another object. */
  updateMessages(update: (message: Message) => Message): void {
    const patches: TimelinePatch[] = [];
    const next = this.#rows.map((row) => {
      if (row.kind !== 'message') return row;
      const message = update(row.message);
      if (message === row.message) return row;
      const entry = { ...row, message };
      patches.push({ type: 'replace', key: row.key, entry });
      return entry;
    });
    if (patches.length > 0) this.#change(next, ...patches);
  }

  /** Removes the row with that key, if there is one. */
  remove(key: string): void {
    const index = this.#indexOf(key);
    if (index >= 0) this.#change(this.#rows.toSpliced(index, 1), { type: 'remove', key });
  }

  /** Replaces all rows below `seq` by `rows`, except the failed ones. */
  replaceBelow(seq: number, rows: readonly LogEntry[]): void {
    const failed = this.#rows.filter((row) => isFailed(row) && seqOf(row) < seq);
    const below = merge(
      rows.filter((row) => !isFailed(row)),
      failed,
    );
    this.#change([...below, ...this.#rows.filter((row) => seqOf(row) >= seq)], { type: 'all' });
  }

  /** Removes all rows except the pending ones. */
  dropConfirmed(): void {
    this.#change(
      this.#rows.filter((row) => row.kind === 'pending'),
      { type: 'all' },
    );
  }

  /** Returns a failed row with its place: behind the newest stored row when it failed, or by its time if it was not shown. */
  #placed(row: PendingEntry, shown: PendingEntry | undefined): PendingEntry {
    const stored = this.#rows.filter((each) => each.kind !== 'pending');
    if (shown === undefined) return placedByTime(row, stored);
    const newest = stored.at(-1);
    const place = shown.afterSeq ?? (newest === undefined ? undefined : seqOf(newest));
    return place === undefined ? row : { ...row, afterSeq: place };
  }

  #indexOf(key: string): number {
    return this.#rows.findLastIndex((row) => row.key === key);
  }

  #replace(index: number, entry: LogEntry): void {
    this.#change(this.#rows.with(index, entry), { type: 'replace', key: entry.key, entry });
  }

  /** Sets the rows, then emits the patches: a listener sees the rows as they are after the last patch. */
  #change(next: readonly LogEntry[], ...patches: TimelinePatch[]): void {
    this.#rows = next;
    for (const patch of patches) this.#listeners.emit(patch);
  }
}

/** Returns the index of the first row at or above `seq`. It searches from the end, where most new rows belong. */
function insertionIndex(rows: readonly LogEntry[], seq: number): number {
  return rows.findLastIndex((row) => seqOf(row) < seq) + 1;
}

function isFailed(row: LogEntry): row is PendingEntry {
  return row.kind === 'pending' && row.status === 'failed';
}

/** Merges two lists in seq order, without added rows whose seq is in `tail`. The stable sort keeps the pending order. */
function merge(tail: LogEntry[], added: LogEntry[]): LogEntry[] {
  const known = new Set(tail.filter((row) => row.kind !== 'pending').map(seqOf));
  const fresh = added.filter((row) => row.kind === 'pending' || !known.has(seqOf(row)));
  return [...tail, ...fresh].sort((a, b) => (seqOf(a) === seqOf(b) ? 0 : seqOf(a) - seqOf(b)));
}

/** Returns the first index at which `b` differs from `a`; the length of `b` when it does not. */
function firstDifference(a: LogEntry[], b: LogEntry[]): number {
  const index = b.findIndex((row, i) => row !== a[i]);
  return index < 0 ? b.length : index;
}

function fitsAt(rows: readonly LogEntry[], index: number, seq: number): boolean {
  const before = rows[index - 1];
  const after = rows[index + 1];
  return (!before || seqOf(before) <= seq) && (!after || seqOf(after) >= seq);
}
