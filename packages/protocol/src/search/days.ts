/** Days and times of a time zone. */

/** A wall clock's time: a date and a time without a zone, in milliseconds as if it were UTC. */
type WallMs = number;

/** Turns a wall clock's time of one zone into an instant, in milliseconds since 1970. */
export type Zone = (wall: WallMs) => number;

const DAY_MS = 86_400_000;
/** A plus sign in a URL arrives as a space. */
const OFFSET = /^([+ -])(\d\d):?(\d\d)$/;
const OFFSET_MAX_MS = 18 * 3_600_000;

/** The zone of Universal Time. */
export const UTC: Zone = (wall) => wall;

/** Returns a zone by its name: an IANA name such as `Europe/Berlin`, or an offset such as `+02:00`. Null for any other name. */
export function zoneOf(name: string): Zone | null {
  const [, sign, hours, minutes] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) {
    const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return Number(minutes) < 60 && Math.abs(offsetMs) <= OFFSET_MAX_MS ? (wall) => wall - offsetMs : null;
  }
  const clock = /^[A-Za-z]/.test(name) ? clockOf(name) : null;
  return clock && ((wall) => firstInstant(clock, wall));
}

/** Shows an instant as a zone's wall clock does. */
type WallClock = (instant: number) => WallMs;

/** Returns the wall clock of a zone; null if the platform knows no zone of this name. */
function clockOf(name: string): WallClock | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      ...{ timeZone: name, hourCycle: 'h23', era: 'short' },
      ...{
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      },
    });
  } catch {
    return null;
  }
  return (instant) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return wallMs([year, month, day, hour, minute, second]) + (((instant % 1_000) + 1_000) % 1_000);
  };
}

/** Returns a date and a time as a wall clock's time, also of the first century. */
export function wallMs([year = 0, month = 1, day = 1, ...time]: readonly number[]): WallMs {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const [hour = 0, minute = 0, second = 0, millisecond = 0] = time;
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime();
}

/**
 * Returns the first instant at which a zone's clock shows this time. If the clock skips it, as in the night in which summer
 * time begins, the instant of the skip.
 */
function firstInstant(clock: WallClock, wall: WallMs): number {
  const around = [wall - DAY_MS, wall + DAY_MS].map((instant) => wall - (clock(instant) - instant));
  const [first] = around.filter((instant) => clock(instant) === wall).sort((a, b) => a - b);
  return first ?? skipBefore(clock, wall);
}

/** Returns the first instant at which the clock shows a later time than `wall`, which it never shows. */
function skipBefore(clock: WallClock, wall: WallMs): number {
  let [before, after] = [wall - 2 * DAY_MS, wall + 2 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (clock(middle) > wall) after = middle;
    else before = middle;
  }
  return after;
}
