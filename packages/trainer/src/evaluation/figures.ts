/** A figure the table shows. */
export interface FigureDefinition {
  readonly name: string;
  readonly title: string;
  /** Which way is better; absent for figures that only say what is. */
  readonly better?: "higher" | "lower";
  readonly digits: number;
}

const labelFigures = (prefix: string, title: string): FigureDefinition[] => [
  { name: `${prefix}PixelAccuracy`, title: `${title} per-pixel accuracy`, better: "higher", digits: 3 },
  { name: `${prefix}ClassAccuracy`, title: `${title} per-class accuracy`, better: "higher", digits: 3 },
  { name: `${prefix}ClassIou`, title: `${title} class IoU`, better: "higher", digits: 3 },
];

/** What `--metrics` takes, and the figures each gives, in the table's order. */
const figuresOf = {
  fcn: labelFigures("fcn", "FCN"),
  labels: labelFigures("label", "labels"),
  paired: [
    { name: "l1", title: "L1", better: "lower", digits: 4 },
    { name: "psnr", title: "PSNR (dB)", better: "higher", digits: 2 },
    { name: "ssim", title: "SSIM", better: "higher", digits: 4 },
  ],
  fid: [{ name: "fid", title: "FID", better: "lower", digits: 3 }],
  kid: [
    { name: "kid", title: "KID", better: "lower", digits: 5 },
    { name: "kidDeviation", title: "KID deviation over subsets", digits: 5 },
  ],
  cycle: [{ name: "cycleL1", title: "cycle L1", better: "lower", digits: 4 }],
  shape: [
    { name: "shapeChange", title: "shape change", digits: 3 },
    { name: "shapeChangeByChance", title: "shape change by chance", digits: 3 },
  ],
  domain: [
    { name: "domainAuc", title: "domain score AUC", better: "higher", digits: 3 },
    { name: "domainPrecision", title: "domain score precision", better: "higher", digits: 3 },
    { name: "domainRecall", title: "domain score recall", better: "higher", digits: 3 },
  ],
} as const satisfies Record<string, readonly FigureDefinition[]>;

export type MetricName = keyof typeof figuresOf;

export const metricNames = Object.keys(figuresOf) as MetricName[];

/** Every figure by name. */
export const figures: ReadonlyMap<string, FigureDefinition> = new Map(
  Object.values(figuresOf)
    .flat()
    .map((figure) => [figure.name, figure]),
);
