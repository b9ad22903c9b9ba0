import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { startServer } from "@unpaired/edge-api/serve";
import { type Manifest, Unpaired } from "@unpaired/sdk";
import { type CliContext, duration, labelledGrid, type MachineChoice, startRecipe } from "@unpaired/trainer";
import { type DirectionFigures, measureDirection } from "./measure.ts";
import { describeFigures, nextSteps } from "./report.ts";

/** Options of {@link runQuickstart}. */
export interface QuickstartOptions {
  /** Its directory is where `data/`, `runs/`, `registry/` and `output/` go. */
  readonly context: CliContext;
  readonly machine: MachineChoice;
  /** Ends training early. */
  readonly maxSteps?: number;
}

/** What a quickstart measured; undefined figures when it was interrupted. */
export interface QuickstartResult {
  readonly figures: readonly DirectionFigures[];
  /** Path of the picture. */
  readonly picture: string;
}

/**
 * The whole product once: draws a data set, trains on it, publishes both directions, serves them from the real Worker,
 * translates held-out scenes there and back through the SDK, compares them with the truth and draws the picture.
 *
 * @returns undefined when interrupted before anything was published
 */
export async function runQuickstart(options: QuickstartOptions): Promise<QuickstartResult | undefined> {
  const { context, machine, maxSteps } = options;
  const { directory, progress, print, warn } = context;
  const startMs = progress.nowMs();
  const recipe = await startRecipe({
    machine,
    directory,
    context,
    ...(maxSteps !== undefined && { maxSteps }),
  });
  if (recipe.manifests.length === 0) return undefined;

  const [forth, back] = recipe.manifests as readonly [Manifest, Manifest];
  const { testA, testB } = recipe.data;
  const server = await startServer({ registryDirectory: recipe.registryDirectory });
  const figures: DirectionFigures[] = [];
  try {
    warn(`Serving on ${server.url}`);
    const client = new Unpaired({ baseUrl: server.url });
    for (const [model, backModel, inputs, truths] of [
      [forth.id, back.id, testA, testB],
      [back.id, forth.id, testB, testA],
    ] as const) {
      figures.push(await measureDirection({ client, model, backModel, inputs, truths, progress }));
    }
  } finally {
    await server.close();
  }

  const picture = join(directory, "output", "quickstart.png");
  await mkdir(dirname(picture), { recursive: true });
  await writeFile(picture, await drawPicture(figures));
  print(`
${describeFigures(recipe, figures)}

  picture       ${relative(process.cwd(), picture)}
  whole time    ${duration((progress.nowMs() - startMs) / 1000)} after installing

${nextSteps}`);
  return { figures, picture };
}

/** Three held-out scenes per direction: input, translation, truth, and back again. */
async function drawPicture(directions: readonly DirectionFigures[]): Promise<Uint8Array> {
  return labelledGrid({
    columns: ["Input", "Translated", "True answer", "And back again"],
    rows: directions.flatMap(({ journeys }) =>
      journeys.slice(0, 3).map(({ input, translated, truth, back }) => [input, translated, truth, back]),
    ),
    cellSize: 192,
  });
}
