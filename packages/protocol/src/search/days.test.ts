import { describe, expect, test } from 'vitest';
import { wallMs, zoneOf } from './days.ts';

/** Returns the instant at which a day begins in a zone. */
function startOf(day: string, name: string): string {
  const zone = zoneOf(name);
  if (!zone) throw new Error(`no zone ${name}`);
  return new Date(zone(wallMs(day.split('-').map(Number)))).toISOString();
}

describe('a day begins', () => {
  test.each([
    ['2026-01-31', 'UTC', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31', 'Asia/Tokyo', '2026-01-30T15:00:00.000Z'],
    ['2026-01-31', 'America/New_York', '2026-01-31T05:00:00.000Z'],
    ['2026-01-31', 'Asia/Kathmandu', '2026-01-30T18:15:00.000Z'],
    ['2026-01-31', '+09:00', '2026-01-30T15:00:00.000Z'],
    ['2026-01-31', ' 0530', '2026-01-30T18:30:00.000Z'],
    ['2026-01-31', '-03:30', '2026-01-31T03:30:00.000Z'],
    // The day on which summer time begins or ends, and the day after it.
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    // The clock skips midnight, or shows it twice, or skips the whole day.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['2025-11-02', 'America/Havana', '2025-11-02T04:00:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s in %s at %s', (day, zone, start) => {
    expect(startOf(day, zone)).toBe(start);
  });
});

test.each(['', 'Mars/Olympus', '9', '+25:00', '+01:75', '../etc', 'Europe/Berlin\u0000'])(
  '%j is no zone',
  (name) => {
    expect(zoneOf(name)).toBeNull();
  },
);

test('each hour of a year is between the start of its day and of the next', () => {
  for (const name of [
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'America/Havana',
    'Africa/Cairo',
  ]) {
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short' });
    for (let at = Date.UTC(2018, 0, 1); at < Date.UTC(2019, 0, 1); at += 53 * 3_600_000) {
      const [today, tomorrow] = [at, at + 24 * 3_600_000].map((instant) => day.format(instant));
      expect([name, at, startOf(today ?? '', name) <= new Date(at).toISOString()]).toEqual([name, at, true]);
      if (today !== tomorrow)
        expect([name, at, startOf(tomorrow ?? '', name) > new Date(at).toISOString()]).toEqual([
          name,
          at,
          true,
        ]);
    }
  }
});
