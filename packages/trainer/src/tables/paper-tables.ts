import type { DirectionName } from "../models/trained-model.ts";

/** A row the paper has figures for, by the contestant's name. */
export interface PaperRow {
  readonly contestant: string;
  /** In the order of the table's figures; absent where we have no source for them. */
  readonly figures?: readonly [number, number, number];
}

/** One of the paper's tables, on labels (A) ↔ photo (B). */
export interface PaperTable {
  readonly number: number;
  readonly title: string;
  readonly direction: DirectionName;
  /** Names of the figures of `trainer evaluate` it holds. */
  readonly figures: readonly [string, string, string];
  readonly rows: readonly PaperRow[];
}

const fcn = ["fcnPixelAccuracy", "fcnClassAccuracy", "fcnClassIou"] as const;
const labels = ["labelPixelAccuracy", "labelClassAccuracy", "labelClassIou"] as const;

/**
 * The paper's tables of labels ↔ photo on Cityscapes.
 *
 * Source: arXiv 1703.10593, tables 2 to 5; of table 5 only the row it shares with table 3.
 */
export const paperTables: readonly PaperTable[] = [
  {
    number: 2,
    title: "FCN scores, labels → photo",
    direction: "a2b",
    figures: fcn,
    rows: [
      { contestant: "cogan", figures: [0.4, 0.1, 0.06] },
      { contestant: "bigan", figures: [0.19, 0.06, 0.02] },
      { contestant: "simgan", figures: [0.2, 0.1, 0.04] },
      { contestant: "feature-gan", figures: [0.06, 0.04, 0.01] },
      { contestant: "cyclegan", figures: [0.52, 0.17, 0.11] },
      { contestant: "pix2pix", figures: [0.71, 0.25, 0.18] },
    ],
  },
  {
    number: 3,
    title: "Classification, photo → labels",
    direction: "b2a",
    figures: labels,
    rows: [
      { contestant: "cogan", figures: [0.45, 0.11, 0.08] },
      { contestant: "bigan", figures: [0.41, 0.13, 0.07] },
      { contestant: "simgan", figures: [0.47, 0.11, 0.07] },
      { contestant: "feature-gan", figures: [0.5, 0.1, 0.06] },
      { contestant: "cyclegan", figures: [0.58, 0.22, 0.16] },
      { contestant: "pix2pix", figures: [0.85, 0.4, 0.32] },
    ],
  },
  {
    number: 4,
    title: "Ablation: FCN scores, labels → photo",
    direction: "a2b",
    figures: fcn,
    rows: [
      { contestant: "cycle-alone", figures: [0.22, 0.07, 0.02] },
      { contestant: "gan-alone", figures: [0.51, 0.11, 0.08] },
      { contestant: "gan-forward", figures: [0.55, 0.18, 0.12] },
      { contestant: "gan-backward", figures: [0.39, 0.14, 0.06] },
      { contestant: "cyclegan", figures: [0.52, 0.17, 0.11] },
    ],
  },
  {
    number: 5,
    title: "Ablation: classification, photo → labels",
    direction: "b2a",
    figures: labels,
    rows: [
      { contestant: "cycle-alone" },
      { contestant: "gan-alone" },
      { contestant: "gan-forward" },
      { contestant: "gan-backward" },
      { contestant: "cyclegan", figures: [0.58, 0.22, 0.16] },
    ],
  },
];
