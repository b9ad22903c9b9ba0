import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "@unpaired/edge-api/serve";
import { type Manifest, Unpaired } from "@unpaired/sdk";
import { type CliContext, duration, labelledGrid, standardError, startRecipe } from "@unpaired/trainer";
import { type DirectionFigures, measureDirection } from "./measure.ts";
import { describeFigures, nextSteps } from "./report.ts";

const directory = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const startMs = performance.now();
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

const context: CliContext = {
  directory,
  signal: interruption.signal,
  now: () => new Date(),
  print: (text) => console.log(text),
  warn: (text) => console.error(text),
  progress: standardError,
};

const recipe = await startRecipe({
  machine: { backend: "wasm", threads: availableParallelism() > 1 ? 2 : 1 },
  directory,
  context,
});
if (recipe.manifests.length === 0) {
  console.error("Interrupted before anything was published.");
  process.exit(130);
}

const [toWinter, toSummer] = recipe.manifests as readonly [Manifest, Manifest];
const server = await startServer({ registryDirectory: recipe.registryDirectory, port: 0 });
let figures: DirectionFigures[];
try {
  console.error(`Serving on ${server.url}`);
  const client = new Unpaired({ baseUrl: server.url });
  const { testA, testB } = recipe.data;
  figures = [
    await measureDirection({
      client,
      model: toWinter.id,
      backModel: toSummer.id,
      inputs: testA,
      truths: testB,
      progress: standardError,
    }),
    await measureDirection({
      client,
      model: toSummer.id,
      backModel: toWinter.id,
      inputs: testB,
      truths: testA,
      progress: standardError,
    }),
  ];
} finally {
  await server.close();
}

const picture = join(directory, "output", "quickstart.png");
await mkdir(dirname(picture), { recursive: true });
await writeFile(picture, await drawQuickstart(figures));

console.log(`
${describeFigures(recipe, figures)}

  picture       ${relative(process.cwd(), picture)}
  whole time    ${duration((performance.now() - startMs) / 1000)} after installing

${nextSteps}`);

/** Three scenes per direction: input, translation, truth, and back again. */
async function drawQuickstart(directions: readonly DirectionFigures[]): Promise<Uint8Array> {
  return labelledGrid({
    columns: ["Input", "Translated", "True answer", "And back again"],
    rows: directions.flatMap(({ journeys }) =>
      journeys.slice(0, 3).map(({ input, translated, truth, back }) => [input, translated, truth, back]),
    ),
    cellSize: 192,
  });
}
