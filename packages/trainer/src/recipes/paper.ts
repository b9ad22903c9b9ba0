import { getDataSetWithProgress } from "../cli/get-data-set-with-progress.ts";
import { catalog, type PublishedDataSet, sourceOfArchives } from "../data-sets/catalog.ts";
import { fileAt } from "../data-sets/file-at.ts";
import type { TrainConfigInput } from "../run/config.ts";
import { dataIn } from "./data-in.ts";
import type { PrepareOptions, Recipe } from "./recipe.ts";

/** What distinguishes one of the paper's experiments from the others. */
export interface PaperExperiment {
  readonly name: string;
  readonly dataSet: string;
  readonly summary: string;
  /** Over the paper's own settings, which are the defaults. */
  readonly settings?: Omit<TrainConfigInput, "data" | "domains">;
  /** Over the paper's way of reading pictures, which is the default. */
  readonly reading?: Partial<TrainConfigInput["data"]>;
  readonly expected?: readonly string[];
  /** The paper's data sets by default. */
  readonly dataSets?: Readonly<Record<string, PublishedDataSet>>;
}

/** Epochs of the paper: 100 at the full learning rate and 100 while it falls to zero. */
const EPOCHS = 200;

/** An experiment of the paper at its settings: ResNet of 9 blocks at 256 px, λ 10, 200 epochs, batch 1. */
export function paperRecipe({
  name,
  dataSet,
  summary,
  settings = {},
  reading = {},
  expected = [],
  dataSets = catalog,
}: PaperExperiment): Recipe {
  const { bytes, sha256, domains, pictures, withheld } = dataSets[dataSet]!;
  return {
    name,
    summary,
    data: `${dataSet}, ${Math.round(bytes / 1e6)} MB, ${pictures.trainA} + ${pictures.trainB} pictures`,
    archive: { url: fileAt(sourceOfArchives, `${dataSet}.zip`).href, sha256, withheld },
    steps: EPOCHS * Math.max(pictures.trainA, pictures.trainB),
    expected,
    async prepare({ directory, mirror, context }: PrepareOptions) {
      return dataIn(await getDataSetWithProgress({ name: dataSet, directory, mirror, dataSets }, context));
    },
    config: ({ trainA, trainB }) => ({
      domains,
      data: { name: dataSet, directoryA: trainA, directoryB: trainB, ...reading },
      ...settings,
    }),
  };
}
