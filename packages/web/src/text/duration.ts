/** Durations as people type and read them. */

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d{1,6})([smhd])$/i;

/** Parses `90s`, `10m`, `2h` or `7d` into milliseconds; null for anything else, and for zero. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  const ms = Number(match?.[1] ?? 0) * (UNIT_MS[match?.[2]?.toLowerCase() ?? ''] ?? 0);
  return ms > 0 ? ms : null;
}

/** Whether an ISO time is after `now`, in milliseconds. False without a time. */
export function isAhead(until: string | undefined, now: number): until is string {
  return until !== undefined && Date.parse(until) > now;
}

/** Formats milliseconds as `45 s`, `12 min`, `3 h` or `2 days`, rounded up so that nobody is told too short a wait. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.ceil(hours / 24)} days`;
}
