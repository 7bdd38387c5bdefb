import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { Latency, PROBE_EVERY_MS, UPDATE_EVERY_MS } from './latency.ts';

function setUp(probeMs = 30) {
  const clock = new FakeClock();
  const told: (number | null)[] = [];
  let probes = 0;
  const latency = new Latency({
    clock,
    async probe() {
      probes++;
      await new Promise<void>((resolve) => clock.setTimer(resolve, probeMs));
    },
    onChange: () => told.push(latency.ms),
  });
  return { clock, latency, told, probes: () => probes };
}

describe('latency', () => {
  it('is unknown before the first measurement, then the whole milliseconds of the last one told', () => {
    const { latency, told } = setUp();
    expect(latency.ms).toBeNull();
    latency.record(17.6);
    expect(latency.ms).toBe(18);
    expect(told).toEqual([18]);
  });

  it('changes at most every five seconds, so that it can be read', async () => {
    const { clock, latency, told } = setUp();
    latency.record(10);
    await clock.advance(UPDATE_EVERY_MS - 1);
    latency.record(99);
    await clock.advance(1);
    latency.record(20);
    expect(told).toEqual([10, 20]);
  });

  it('is measured by a request of our own at the start and after a quiet minute, while there is a line', async () => {
    const { clock, latency, told, probes } = setUp();
    latency.start();
    await clock.advance(30);
    expect(told).toEqual([30]);
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

  it('takes a probe that fails for no measurement', async () => {
    const clock = new FakeClock();
    const latency = new Latency({ clock, probe: () => Promise.reject(new Error('down')), onChange() {} });
    latency.start();
    await clock.advance(2 * PROBE_EVERY_MS);
    expect(latency.ms).toBeNull();
  });
});
