import { expect, test } from 'vitest';
import { createMetrics, type Readings } from './metrics.ts';

const IDLE = { running: 0, waiting: 0, refused: 0 };
const NOTHING: Readings = {
  isDiskLow: false,
  sockets: 0,
  subscriptions: 0,
  rooms: 0,
  online: 0,
  queues: { statements: IDLE, passwordChecks: IDLE, searches: { running: 2, waiting: 7, refused: 5 } },
  appenderDepth: 0,
  fanOutWrites: 0,
  residentBytes: 0,
};

test('each family has its help, type and samples, and every line follows the text format', () => {
  const lines = createMetrics()
    .render({ ...NOTHING, sockets: 3 })
    .split('\n');
  expect(lines.pop()).toBe('');
  const at = lines.indexOf('banter_sockets 3');
  expect(lines[at - 2]).toMatch(/^# HELP banter_sockets \S/);
  expect(lines[at - 1]).toBe('# TYPE banter_sockets gauge');
  const wellFormed = /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"]+"\})? -?\d+(?:\.\d+)?)$/;
  expect(lines.filter((line) => !wellFormed.test(line))).toEqual([]);
});

test('each line of callers shows how many run, wait and were refused', () => {
  const page = createMetrics().render(NOTHING);
  for (const sample of ['running 2', 'waiting 7', 'refused_total 5'])
    expect(page).toContain(`\nbanter_searches_${sample}\n`);
  expect(page).toContain('\nbanter_password_checks_waiting 0\n');
});

test('commits are counted by their messages, and by their size in cumulative buckets', () => {
  const metrics = createMetrics();
  metrics.recordCommit([{ type: 'message' }]);
  metrics.recordCommit([{ type: 'message' }, { type: 'join' }, { type: 'message' }]);
  metrics.recordCommit(Array.from({ length: 501 }, () => ({ type: 'message' })));
  const page = metrics.render(NOTHING);
  expect(page).toContain('banter_messages_appended_total 504\n');
  expect(page).toContain('banter_append_batch_size_bucket{le="1"} 1\n');
  expect(page).toContain('banter_append_batch_size_bucket{le="2"} 1\n');
  expect(page).toContain('banter_append_batch_size_bucket{le="5"} 2\n');
  expect(page).toContain('banter_append_batch_size_bucket{le="500"} 2\n');
  expect(page).toContain('banter_append_batch_size_bucket{le="+Inf"} 3\n');
  expect(page).toContain('banter_append_batch_size_sum 505\nbanter_append_batch_size_count 3\n');
});

test('responses are counted by status class, with 0 for a class that never occurred', () => {
  const metrics = createMetrics();
  for (const status of [200, 204, 404, 101]) metrics.recordResponse(status);
  const page = metrics.render(NOTHING);
  expect(page).toContain('banter_http_requests_total{status="1xx"} 1\n');
  expect(page).toContain('banter_http_requests_total{status="2xx"} 2\n');
  expect(page).toContain('banter_http_requests_total{status="4xx"} 1\n');
  expect(page).toContain('banter_http_requests_total{status="5xx"} 0\n');
});
