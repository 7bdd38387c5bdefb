/** Finds the run of backticks that closes another one in the same line. */

/** The runs of backticks in one line. */
export type CodeSpans = {
  /** Returns the length of the run at `at`. */
  ticksAt(at: number): number;
  /** Whether a run of exactly `ticks` backticks starts at or after `from`. */
  isClosed(from: number, ticks: number): boolean;
  /**
   * Returns where the first such run starts. Call it only if `isClosed`: the text up to that run is then part of the span, so
   * that the line is read only once.
   */
  closingAt(from: number, ticks: number): number;
};

/** Creates the view of a line. It reads the runs only when `isClosed` is first called. */
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

/** Returns the code between two runs. Drops one space at each side, which is there to separate backticks. */
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
