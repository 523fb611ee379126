/** A histogram as Prometheus scrapes it: cumulative buckets, sum and count. */
export class PrometheusHistogram {
  readonly #upperBounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param upperBounds ascending, without the infinite one */
  constructor(upperBounds: readonly number[]) {
    this.#upperBounds = upperBounds;
    this.#counts = new Float64Array(upperBounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#upperBounds.length && value > (this.#upperBounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
  }

  /** Text format 0.0.4. @param labels without braces */
  render(name: string, help: string, labels: string): string {
    let count = 0;
    const buckets = Array.from(this.#counts, (inBucket, index) => {
      count += inBucket;
      return `${name}_bucket{${labels},le="${this.#upperBounds[index] ?? '+Inf'}"} ${count}\n`;
    });
    return (
      `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${buckets.join('')}` +
      `${name}_count{${labels}} ${count}\n${name}_sum{${labels}} ${this.#sum}\n`
    );
  }
}
