import { expect, test } from 'vitest';
import { zoneForQuery } from './time-zone.ts';

test.each([
  ['after:2026-01-31', 'Asia/Tokyo'],
  ['tide BEFORE:2026-01-31T08:00', 'Asia/Tokyo'],
  ['tide after：2026-01-31', 'Asia/Tokyo'],
  ['tide', undefined],
  ['"x"after:1', undefined],
  ['hereafter:x', undefined],
])('[F9] the page sends its time zone only with day filters: %s', (query, zone) => {
  expect(zoneForQuery(query, 'Asia/Tokyo')).toBe(zone);
});

test('[F9] the zone is the one of the browser', () => {
  expect(zoneForQuery('after:2026-01-31')).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});
