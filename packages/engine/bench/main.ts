/** Races the engine with onnxruntime-web and tfjs-wasm: `node bench/main.ts`; the last line is JSON. */
import { availableParallelism, cpus } from "node:os";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { benchEngine } from "./bench-engine.ts";
import { benchmarkModel } from "./models.ts";
import { type BenchmarkOptions, readOptions, USAGE } from "./options.ts";
import { readPublishedModel } from "./published-model.ts";
import { resultsObject } from "./results.ts";
import { schedule } from "./schedule.ts";
import { resultLines } from "./table.ts";

async function main({ models, modelFolder, runtimes, rounds, sizePixels }: BenchmarkOptions): Promise<void> {
  // Keeps tfjs from advertising its other backends.
  enableProdMode();
  const chosen =
    modelFolder === undefined ? models.map(benchmarkModel) : [await readPublishedModel(modelFolder)];
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  const results = await benchEngine({
    models: chosen,
    runtimes,
    plan: (multiplyAdds) => schedule(multiplyAdds, rounds),
    sizePixels,
    onResult: (result) => console.log(`${resultLines(result).join("\n")}\n`),
  });
  console.log(JSON.stringify(resultsObject(results)));
}

function options(): BenchmarkOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const wanted = options();
if (wanted) await main(wanted);
