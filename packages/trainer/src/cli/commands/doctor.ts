import { availableParallelism, cpus, totalmem } from "node:os";
import type { Command } from "commander";
import { type BackendDetection, detectBackend, fastestBackend } from "../../backend/detect.ts";
import { type BackendName, backendNames } from "../../backend/select.ts";
import { hasNvidiaDriver } from "../../backend/tensorflow/detect.ts";
import { adviseFaster } from "../../doctor/advise.ts";
import { measureThroughput } from "../../doctor/throughput.ts";
import type { CliContext } from "../context.ts";
import { numberIn } from "../options.ts";

/** `trainer doctor`. */
export function addDoctorCommand(program: Command, { print, warn, signal }: CliContext): void {
  program
    .command("doctor")
    .description("tells what this machine can train with, how fast, and what would make it faster")
    .option("--seconds <seconds>", "how long each backend is measured; 0 measures none", numberIn(0, 60), 5)
    .action(async ({ seconds }: { seconds: number }) => {
      const memory = (totalmem() / 2 ** 30).toFixed(0);
      print(
        `Machine   ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown CPU"}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`,
      );
      const detections = {} as Record<BackendName, BackendDetection>;
      for (const name of backendNames) detections[name] = await detectBackend(name);
      const chosen = await fastestBackend(async (name) => detections[name]);
      print("Backends");
      for (const name of backendNames) {
        const found = detections[name];
        const what = found.available ? found.description : `not here: ${found.reason}`;
        print(`  ${name === chosen ? "→" : " "} ${name.padEnd(10)} ${what}`);
        if (!found.available || seconds === 0) continue;
        warn(`Measuring ${name} for ${seconds} s …`);
        print(`    ${" ".repeat(10)} ${await throughput(name, found, seconds, signal)}`);
      }
      print(`--backend auto takes ${chosen}.`);
      const advice = adviseFaster({
        detections,
        nvidia: hasNvidiaDriver(),
        platform: process.platform,
        architecture: process.arch,
      });
      print(
        advice
          ? `Faster: ${advice.command} (${advice.why})`
          : "Nothing known would make this machine faster.",
      );
    });
}

async function throughput(
  backend: BackendName,
  { gpu, hardware }: Extract<BackendDetection, { available: true }>,
  seconds: number,
  signal: AbortSignal,
): Promise<string> {
  const workload = backend === "cpu" || !hardware ? "plain-cpu" : gpu ? "gpu" : "fast-cpu";
  const measured = await measureThroughput({ backend, seconds, workload, signal });
  if ("failure" in measured) return `does not train: ${measured.failure}`;
  const { stepsPerSecond, gmacPerSecond, sizePixels, filters, blocks, threads } = measured;
  const setting = `${sizePixels} px, ${filters} filters, ${blocks} block${blocks > 1 ? "s" : ""}${threads > 1 ? `, ${threads} threads` : ""}`;
  return `${gmacPerSecond.toPrecision(3)} G multiply-adds/s (${stepsPerSecond.toPrecision(3)} steps/s at ${setting})`;
}
