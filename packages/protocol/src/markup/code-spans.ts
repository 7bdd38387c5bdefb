/** Where runs of backticks in a line find their like. */

export type CodeSpans = {
  /** How many backticks stand at `at`. */
  ticksAt(at: number): number;
  /** Whether a run of exactly `ticks` stands at or after `from`. */
  isClosed(from: number, ticks: number): boolean;
  /** Where that run begins. Only to be asked when there is one: then what is read on the way is used up. */
  closingAt(from: number, ticks: number): number;
};

/** The runs of `line` are counted when the first of them is asked for. */
export function createCodeSpans(line: string): CodeSpans {
  let lastByLength: Map<number, number> | null = null;
  return {
    ticksAt: (at) => runLength(line, at),
    isClosed(from, ticks) {
      lastByLength ??= lastRuns(line);
      return (lastByLength.get(ticks) ?? -1) >= from;
    },
    closingAt(from, ticks) {
      let at = line.indexOf('`', from);
      for (let length = runLength(line, at); length !== ticks; length = runLength(line, at)) {
        at = line.indexOf('`', at + length);
      }
      return at;
    },
  };
}

/** The text between two runs: a space inside each of them only keeps backticks apart. */
export function codeText(between: string): string {
  const isPadded = between.startsWith(' ') && between.endsWith(' ') && between.trim() !== '';
  return isPadded ? between.slice(1, -1) : between;
}

function lastRuns(line: string): Map<number, number> {
  const last = new Map<number, number>();
  for (let at = line.indexOf('`'); at !== -1; ) {
    const length = runLength(line, at);
    last.set(length, at);
    at = line.indexOf('`', at + length);
  }
  return last;
}

function runLength(line: string, at: number): number {
  let end = at;
  while (line.charAt(end) === '`') end++;
  return end - at;
}
