/** Whether a series of measurements stays level. */

export interface Sample {
  /** In seconds since the beginning. */
  readonly at: number;
  readonly value: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, two) => one - two);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The medians of the first, the second and the last third. */
export function thirds(samples: readonly Sample[]): [number, number, number] {
  const size = Math.floor(samples.length / 3);
  const of = (from: number, to: number) => median(samples.slice(from, to).map(({ value }) => value));
  return [of(0, size), of(size, samples.length - size), of(samples.length - size, samples.length)];
}

/** The slope of the straight line that fits best, in units an hour. */
export function slopePerHour(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [at, value] = [mean((one) => one.at), mean((one) => one.value)];
  let above = 0;
  let below = 0;
  for (const one of samples) {
    above += (one.at - at) * (one.value - value);
    below += (one.at - at) ** 2;
  }
  return (above / below) * 3600;
}
