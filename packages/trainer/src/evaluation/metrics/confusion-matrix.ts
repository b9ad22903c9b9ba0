import { EvaluationError } from "../errors.ts";

/** Class id that stands for "no class": ground truth pixels of it count nowhere. */
export const IGNORED = 255;

/** The three figures of the FCN paper, fractions in [0, 1]; NaN where nothing was there to measure. */
export interface LabelScores {
  /** Right pixels over all pixels. */
  readonly pixelAccuracy: number;
  /** Mean over the classes in the ground truth of: right pixels over the class's pixels. */
  readonly classAccuracy: number;
  /** Mean over the classes in the ground truth or the prediction of: intersection over union. */
  readonly classIou: number;
  /** Accuracy by class id; NaN for classes that the ground truth lacks. */
  readonly accuracyByClass: readonly number[];
  /** Intersection over union by class id; NaN for classes neither side has. */
  readonly iouByClass: readonly number[];
}

/**
 * Counts of ground truth against prediction, gathered over a whole set before anything is divided.
 *
 * Pixels whose ground truth is {@link IGNORED} are left out. A prediction of {@link IGNORED} is a miss of its ground truth
 * class and no false alarm of another.
 */
export class ConfusionMatrix {
  readonly classes: number;
  readonly #counts: Float64Array;
  readonly #missed: Float64Array;

  constructor(classes: number) {
    this.classes = classes;
    this.#counts = new Float64Array(classes * classes);
    this.#missed = new Float64Array(classes);
  }

  /** Pixels of class `truth` that were taken for class `predicted`. */
  count(truth: number, predicted: number): number {
    return this.#counts[truth * this.classes + predicted]!;
  }

  /**
   * Adds one picture's class ids.
   *
   * @throws EvaluationError `size_mismatch` when the maps differ in length
   * @throws RangeError for an id that is neither a class nor {@link IGNORED}
   */
  add(truth: Uint8Array, predicted: Uint8Array): void {
    if (truth.length !== predicted.length) {
      throw new EvaluationError(
        "size_mismatch",
        `A label map of ${truth.length} pixels cannot be compared with one of ${predicted.length}; give both the same size.`,
      );
    }
    for (let index = 0; index < truth.length; index++) {
      const row = truth[index]!;
      const column = predicted[index]!;
      if (row === IGNORED) continue;
      if (row >= this.classes || (column >= this.classes && column !== IGNORED)) {
        throw new RangeError(`class ids ${row} and ${column} against ${this.classes} classes`);
      }
      if (column === IGNORED) this.#missed[row]!++;
      else this.#counts[row * this.classes + column]!++;
    }
  }

  /**
   * The benchmark's figures.
   *
   * Source: arXiv 1411.4038, section 5 (pixel accuracy, mean accuracy, mean IU); Cityscapes `evalPixelLevelSemanticLabeling.py`,
   * which leaves out classes without true positives, misses and false alarms, and so do these means.
   */
  scores(): LabelScores {
    const ids = Array.from({ length: this.classes }, (_, id) => id);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const inTruth = ids.map((id) => sum(ids.map((other) => this.count(id, other))) + this.#missed[id]!);
    const inPrediction = ids.map((id) => sum(ids.map((other) => this.count(other, id))));
    const right = ids.map((id) => this.count(id, id));
    const accuracyByClass = ids.map((id) => right[id]! / inTruth[id]!);
    const iouByClass = ids.map((id) => right[id]! / (inTruth[id]! + inPrediction[id]! - right[id]!));
    return {
      pixelAccuracy: sum(right) / sum(inTruth),
      classAccuracy: meanOfDefined(accuracyByClass),
      classIou: meanOfDefined(iouByClass),
      accuracyByClass,
      iouByClass,
    };
  }
}

function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
