import { resolve } from "node:path";
import type { Quantization } from "@unpaired/core/contracts";
import type { Command } from "commander";
import { type BackendName, selectBackend } from "../../backend/select.ts";
import { publishRun } from "../../publish/publish-run.ts";
import type { CliContext } from "../context.ts";
import { describePublished } from "../describe-published.ts";
import { addMachineOptions, quantizationOption } from "../options.ts";

interface PublishCommandOptions {
  readonly to: string;
  readonly quantization: Quantization;
  readonly backend: BackendName;
}

/** `trainer publish RUN`. */
export function addPublishCommand(program: Command, { directory, now, print }: CliContext): void {
  const command = program
    .command("publish")
    .description("writes both directions of a run into a registry, each verified against the trained weights")
    .argument("<run>", "the run's folder")
    .option("--to <folder>", "the registry's folder", "registry")
    .addOption(quantizationOption());
  addMachineOptions(command).action(
    async (run: string, { to, quantization, backend }: PublishCommandOptions) => {
      await selectBackend(backend);
      const manifests = await publishRun({
        runDirectory: resolve(directory, run),
        registryDirectory: resolve(directory, to),
        quantization,
        backend,
        now,
      });
      for (const line of describePublished(manifests)) print(line);
    },
  );
}
