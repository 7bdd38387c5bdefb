import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { Latency, PROBE_EVERY_MS, UPDATE_EVERY_MS } from './latency.ts';

function setUp(probeMs = 30) {
  const clock = new FakeClock();
  const figures: (number | null)[] = [];
  let probes = 0;
  const latency = new Latency({
    clock,
    async probe() {
      probes++;
      await new Promise<void>((resolve) => clock.setTimer(resolve, probeMs));
    },
    onChange: () => figures.push(latency.ms),
  });
  return { clock, latency, figures, probes: () => probes };
}

describe('latency', () => {
  it('is null before the first measurement, then in whole milliseconds', () => {
    const { latency, figures } = setUp();
    expect(latency.ms).toBeNull();
    latency.record(17.6);
    expect(latency.ms).toBe(18);
    expect(figures).toEqual([18]);
  });

  it('changes at most every UPDATE_EVERY_MS', async () => {
    const { clock, latency, figures } = setUp();
    latency.record(10);
    await clock.advance(UPDATE_EVERY_MS - 1);
    latency.record(99);
    await clock.advance(1);
    latency.record(20);
    expect(figures).toEqual([10, 20]);
  });

  it('is probed at the start and after a quiet minute, until stopped', async () => {
    const { clock, latency, figures, probes } = setUp();
    latency.start();
    await clock.advance(30);
    expect(figures).toEqual([30]);
    await clock.advance(PROBE_EVERY_MS - 40);
    latency.record(5);
    await clock.advance(40);
    expect(probes()).toBe(1);
    await clock.advance(PROBE_EVERY_MS);
    expect(probes()).toBe(2);
    latency.stop();
    await clock.advance(10 * PROBE_EVERY_MS);
    expect(probes()).toBe(2);
  });

  it('ignores a failed probe', async () => {
    const clock = new FakeClock();
    const latency = new Latency({ clock, probe: () => Promise.reject(new Error('down')), onChange() {} });
    latency.start();
    await clock.advance(2 * PROBE_EVERY_MS);
    expect(latency.ms).toBeNull();
  });
});
