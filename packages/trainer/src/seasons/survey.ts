/**
 * What the eye meets at every sample of a picture, before any season colours it: both seasons and the label map
 * are painted from one survey, so they align sample by sample. All arrays are row-major, `side`² long.
 */
export interface Survey {
  /** Samples along each side. */
  readonly side: number;
  /** Class ids. */
  readonly classes: Uint8Array;
  /** Distance along the view axis; Infinity for the sky. */
  readonly depth: Float32Array;
  /** Brightness under the sun, 0–1; for the sky that of its clouds. */
  readonly light: Float32Array;
  /** Fine texture, about [-1, 1]. */
  readonly grain: Float32Array;
  /** Broad variation, about [-1, 1]; for the sky the cover of clouds, 0–1. */
  readonly tone: Float32Array;
  /** The class's own extra: lodging of snow on rock, glass in a wall, wood in a tree, glow in the sky; 0–1. */
  readonly detail: Float32Array;
  /** For water, the index of the sample it mirrors; -1 elsewhere. */
  readonly mirror: Int32Array;
}

export function createSurvey(side: number): Survey {
  const samples = side * side;
  return {
    side,
    classes: new Uint8Array(samples),
    depth: new Float32Array(samples).fill(Number.POSITIVE_INFINITY),
    light: new Float32Array(samples),
    grain: new Float32Array(samples),
    tone: new Float32Array(samples),
    detail: new Float32Array(samples),
    mirror: new Int32Array(samples).fill(-1),
  };
}

/** Writes one sample. */
export function mark(
  survey: Survey,
  index: number,
  classIndex: number,
  depth: number,
  light: number,
  grain: number,
  tone: number,
  detail: number,
): void {
  survey.classes[index] = classIndex;
  survey.depth[index] = depth;
  survey.light[index] = light;
  survey.grain[index] = grain;
  survey.tone[index] = tone;
  survey.detail[index] = detail;
}
