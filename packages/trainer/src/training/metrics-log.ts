import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** One line of a run's `metrics.jsonl`. */
export interface MetricsLine {
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly residentBytes: number;
  /** Tensors alive on the training thread between steps. */
  readonly tensors: number;
  /** Mean of every loss term since the line before. */
  readonly losses: Readonly<Record<string, number>>;
}

/** Appends figures to a run's JSON lines file. */
export interface MetricsLog {
  write(line: MetricsLine): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file for appending, so that a resumed run goes on in it. */
export async function openMetricsLog(path: string): Promise<MetricsLog> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a");
  return {
    write: (line) => file.appendFile(`${JSON.stringify(line)}\n`),
    close: () => file.close(),
  };
}

/** Means of loss terms over the steps since the last reading. */
export class RunningLosses {
  readonly #sums = new Map<string, number>();
  #count = 0;

  add(losses: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(losses))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#count++;
  }

  /** Returns the means and starts over. */
  take(): Record<string, number> {
    const means = Object.fromEntries(
      [...this.#sums].map(([name, sum]) => [name, sum / Math.max(1, this.#count)]),
    );
    this.#sums.clear();
    this.#count = 0;
    return means;
  }
}
