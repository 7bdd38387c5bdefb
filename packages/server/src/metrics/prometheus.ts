/** Prometheus' text format. */

type Kind = 'counter' | 'gauge' | 'histogram';

function head(name: string, kind: Kind, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

/** Returns a family with one value. */
export function family(name: string, kind: Kind, help: string, value: number): string {
  return `${head(name, kind, help)}${name} ${value}\n`;
}

/** Returns a counter with a value for each label. */
export function labelled(
  name: string,
  help: string,
  label: string,
  values: ReadonlyMap<string, number>,
): string {
  const lines = [...values].map(([key, value]) => `${name}{${label}="${key}"} ${value}\n`);
  return head(name, 'counter', help) + lines.join('');
}

/** Creates a histogram. @param bounds the buckets' upper bounds, in ascending order; +Inf is added to them. */
export function createHistogram(bounds: readonly number[]) {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe(value: number) {
      const bucket = bounds.findIndex((bound) => value <= bound);
      if (bucket !== -1) counts[bucket] = (counts[bucket] ?? 0) + 1;
      count++;
      sum += value;
    },
    family(name: string, help: string): string {
      let below = 0;
      const lines = bounds.map((bound, i) => {
        below += counts[i] ?? 0;
        return `${name}_bucket{le="${bound}"} ${below}\n`;
      });
      const rest = `${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${sum}\n${name}_count ${count}\n`;
      return head(name, 'histogram', help) + lines.join('') + rest;
    },
  };
}
