/** The rows of a log in their order, and each change of them told as a patch. */
import type { Message } from '@banter/protocol';
import { createListeners } from '../listeners.ts';
import type { LogEntry, MessageEntry, PendingEntry, TimelinePatch } from '../types/log.ts';
import { seqOf } from './rows.ts';

export type RowList = {
  /** A new array after each change. */
  readonly rows: readonly LogEntry[];
  onPatch(listener: (patch: TimelinePatch) => void): () => void;
  find(key: string): LogEntry | undefined;
  /** Puts rows, given in seq order, where they belong; those whose seq is there already are left out. */
  insert(rows: LogEntry[]): void;
  prepend(rows: LogEntry[]): void;
  /** Adds a pending row at the end, or shows its new status where it stands. */
  show(row: PendingEntry): void;
  /** Turns the pending row of the same key firm: in its place if that is right, else where its seq belongs. */
  firm(row: MessageEntry): void;
  /** Gives each message that `revision` answers with another object its new look, in its place. */
  revise(revision: (message: Message) => Message): void;
  remove(key: string): void;
  /** Puts `rows` in the place of all that stands below `seq`. */
  setBelow(seq: number, rows: readonly LogEntry[]): void;
  /** Drops all rows but the pending ones. */
  dropConfirmed(): void;
};

/** An empty list. Rows stand in seq order, and those without a seq after them in the order they came. */
export function createRowList(): RowList {
  const { add, tell } = createListeners<TimelinePatch>();
  let rows: readonly LogEntry[] = [];

  /** Listeners find the rows as the last of the patches leaves them. */
  function change(next: readonly LogEntry[], ...patches: TimelinePatch[]): void {
    rows = next;
    for (const patch of patches) tell(patch);
  }

  const indexOf = (key: string) => rows.findLastIndex((row) => row.key === key);

  const list: RowList = {
    get rows() {
      return rows;
    },
    onPatch: add,
    find: (key) => rows[indexOf(key)],
    insert(added) {
      if (!added[0]) return;
      const place = placeOf(rows, seqOf(added[0]));
      const tail = rows.slice(place);
      const merged = merge(tail, added);
      const same = firstDifference(tail, merged);
      if (same === merged.length) return;
      // What has to stand after the new rows is taken out and added again: a patch has no other way to say "between".
      const moved = tail.slice(same).map((row) => ({ type: 'remove', key: row.key }) as const);
      const next = [...rows.slice(0, place), ...merged];
      change(next, ...moved, { type: 'append', entries: merged.slice(same) });
    },
    prepend(added) {
      if (added.length > 0) change([...added, ...rows], { type: 'prepend', entries: added });
    },
    show(row) {
      const index = indexOf(row.key);
      if (index < 0) change([...rows, row], { type: 'append', entries: [row] });
      else if (rows[index]?.kind === 'pending') {
        change(rows.with(index, row), { type: 'replace', key: row.key, entry: row });
      }
    },
    firm(row) {
      const index = indexOf(row.key);
      if (rows[index]?.kind !== 'pending') return;
      if (belongsAt(rows, index, seqOf(row))) {
        return change(rows.with(index, row), { type: 'replace', key: row.key, entry: row });
      }
      list.remove(row.key);
      list.insert([row]);
    },
    revise(revision) {
      const patches: TimelinePatch[] = [];
      const next = rows.map((row) => {
        if (row.kind !== 'message') return row;
        const message = revision(row.message);
        if (message === row.message) return row;
        const entry = { ...row, message };
        patches.push({ type: 'replace', key: row.key, entry });
        return entry;
      });
      if (patches.length > 0) change(next, ...patches);
    },
    remove(key) {
      const index = indexOf(key);
      if (index >= 0) change(rows.toSpliced(index, 1), { type: 'remove', key });
    },
    setBelow(seq, below) {
      change([...below, ...rows.filter((row) => seqOf(row) >= seq)], { type: 'all' });
    },
    dropConfirmed() {
      change(
        rows.filter((row) => row.kind === 'pending'),
        { type: 'all' },
      );
    },
  };
  return list;
}

/** The index of the first row at or above `seq`. Searched from the end, where nearly all of them belong. */
function placeOf(rows: readonly LogEntry[], seq: number): number {
  return rows.findLastIndex((row) => seqOf(row) < seq) + 1;
}

/** Both in seq order. With equal seqs left out, sorting is only a merge, and keeps the pending rows' order. */
function merge(tail: LogEntry[], added: LogEntry[]): LogEntry[] {
  const known = new Set(tail.map(seqOf));
  const fresh = added.filter((row) => !known.has(seqOf(row)));
  return [...tail, ...fresh].sort((a, b) => (seqOf(a) === seqOf(b) ? 0 : seqOf(a) - seqOf(b)));
}

function firstDifference(a: LogEntry[], b: LogEntry[]): number {
  const place = b.findIndex((row, index) => row !== a[index]);
  return place < 0 ? b.length : place;
}

function belongsAt(rows: readonly LogEntry[], index: number, seq: number): boolean {
  const before = rows[index - 1];
  const after = rows[index + 1];
  return (!before || seqOf(before) < seq) && (!after || seqOf(after) > seq);
}
