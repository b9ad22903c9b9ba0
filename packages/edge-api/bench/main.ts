/** Measures the service and its ratio to onnxruntime-web: `node bench/main.ts`; the last line is JSON. */
import { availableParallelism, cpus } from "node:os";
import { benchEdge } from "./bench-edge.ts";
import { type EdgeBenchOptions, readOptions, USAGE } from "./options.ts";
import { reportLines, reportObject } from "./report.ts";

async function main(options: EdgeBenchOptions): Promise<void> {
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  const results = await benchEdge(options);
  console.log(`${reportLines(results).join("\n")}\n`);
  console.log(JSON.stringify(reportObject(results)));
}

function options(): EdgeBenchOptions | undefined {
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
