/** Measures the service and its ratio to onnxruntime-web: `node bench/main.ts`; the last line is JSON. */
import { runCommandLine } from "@unpaired/engine/bench";
import { benchEdge } from "./bench-edge.ts";
import { readOptions, USAGE } from "./options.ts";
import { reportLines, reportObject } from "./report.ts";

await runCommandLine({
  readOptions,
  usage: USAGE,
  async main(options) {
    const results = await benchEdge(options);
    console.log(`${reportLines(results).join("\n")}\n`);
    console.log(JSON.stringify(reportObject(results)));
  },
});
