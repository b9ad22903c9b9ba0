/** Races the engine with onnxruntime-web and tfjs-wasm: `node bench/main.ts`; the last line is JSON. */
import { enableProdMode } from "@tensorflow/tfjs-core";
import { benchEngine } from "./bench-engine.ts";
import { runCommandLine } from "./command-line.ts";
import { benchmarkModel } from "./models.ts";
import { readOptions, USAGE } from "./options.ts";
import { readPublishedModel } from "./published-model.ts";
import { resultsObject } from "./results.ts";
import { schedule } from "./schedule.ts";
import { resultLines } from "./table.ts";

await runCommandLine({
  readOptions,
  usage: USAGE,
  async main({ models, modelFolder, runtimes, rounds, sizePixels }) {
    // Keeps tfjs from advertising its other backends.
    enableProdMode();
    const chosen =
      modelFolder === undefined ? models.map(benchmarkModel) : [await readPublishedModel(modelFolder)];
    const results = await benchEngine({
      models: chosen,
      runtimes,
      plan: (multiplyAdds) => schedule(multiplyAdds, rounds),
      sizePixels,
      onResult: (result) => console.log(`${resultLines(result).join("\n")}\n`),
    });
    console.log(JSON.stringify(resultsObject(results)));
  },
});
