/** Counts a socket's invalid frames: ten in a minute are no accident [L1]. */
import { INVALID_MAX_PER_MINUTE } from '@banter/protocol';

const MINUTE_MS = 60_000;

/** A counter; each call notes an offence at `now` and says whether it was one too many. */
export function createOffences(): (now: number) => boolean {
  let times: number[] = [];
  return (now) => {
    times = times.filter((time) => now - time < MINUTE_MS);
    times.push(now);
    return times.length >= INVALID_MAX_PER_MINUTE;
  };
}
