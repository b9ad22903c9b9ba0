import type { Figures } from "./figures.ts";

interface Point {
  readonly figures: Figures;
  readonly lines: number;
  readonly seconds: number;
}

/** A run's figures from its first step on, in bounded room however long the run is. */
export class FigureHistory {
  readonly #maxPoints: number;
  #points: Point[] = [];
  #linesPerPoint = 1;
  #latest: Figures | undefined;

  /** @param maxPoints above this many, neighbours are joined into their mean */
  constructor(maxPoints = 1000) {
    this.#maxPoints = maxPoints;
  }

  /** Appends figures; where they go back in steps, what they repeat is forgotten. */
  add(figures: Figures): void {
    this.forgetFrom(figures.step);
    const before = this.#points.at(-1);
    const steps = figures.step - (before?.figures.step ?? 0);
    const seconds = figures.stepsPerSecond > 0 ? steps / figures.stepsPerSecond : 0;
    const point = { figures, lines: 1, seconds };
    if (before && before.lines < this.#linesPerPoint)
      this.#points[this.#points.length - 1] = join(before, point);
    else this.#points.push(point);
    this.#latest = figures;
    if (this.#points.length > this.#maxPoints) this.#halve();
  }

  /** Forgets everything at and after a step. */
  forgetFrom(step: number): void {
    while ((this.#points.at(-1)?.figures.step ?? -1) >= step) this.#points.pop();
    if ((this.#latest?.step ?? -1) >= step) this.#latest = this.#points.at(-1)?.figures;
  }

  /** Figures in the order of their steps. */
  get figures(): readonly Figures[] {
    return this.#points.map(({ figures }) => figures);
  }

  /** The last line as it was added. */
  get latest(): Figures | undefined {
    return this.#latest;
  }

  /** How many lines a point stands for at most. */
  get linesPerPoint(): number {
    return this.#linesPerPoint;
  }

  /** Time spent on the steps so far, over all parts of the run. */
  get trainingSeconds(): number {
    return this.#points.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  #halve(): void {
    const joined: Point[] = [];
    for (let index = 0; index < this.#points.length; index += 2) {
      const first = this.#points[index]!;
      const second = this.#points[index + 1];
      joined.push(second ? join(first, second) : first);
    }
    this.#points = joined;
    this.#linesPerPoint *= 2;
  }
}

function join(first: Point, second: Point): Point {
  const lines = first.lines + second.lines;
  const mean = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined
      ? (a ?? b ?? Number.NaN)
      : (a * first.lines + b * second.lines) / lines;
  const { figures: a } = first;
  const { figures: b } = second;
  const names = new Set([...Object.keys(a.losses), ...Object.keys(b.losses)]);
  return {
    lines,
    seconds: first.seconds + second.seconds,
    figures: {
      step: b.step,
      learningRate: mean(a.learningRate, b.learningRate),
      stepsPerSecond: mean(a.stepsPerSecond, b.stepsPerSecond),
      residentBytes: mean(a.residentBytes, b.residentBytes),
      losses: Object.fromEntries([...names].map((name) => [name, mean(a.losses[name], b.losses[name])])),
    },
  };
}
