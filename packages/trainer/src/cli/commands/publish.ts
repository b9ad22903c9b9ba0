import { resolve } from "node:path";
import type { Quantization } from "@unpaired/core/contracts";
import type { Command } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { readTrainedModel } from "../../models/read-model.ts";
import { publishModel } from "../../publish/publish-model.ts";
import type { CliContext } from "../context.ts";
import { describePublished } from "../describe-published.ts";
import { addMachineOptions, quantizationOption } from "../options.ts";
import { addRegistryOptions, type RegistryChoice, registryOf } from "../registry-options.ts";
import { createUploadProgress } from "../upload-progress.ts";

interface PublishCommandOptions extends MachineChoice, RegistryChoice {
  readonly quantization: Quantization;
}

/** `trainer publish MODEL`. */
export function addPublishCommand(program: Command, context: CliContext): void {
  const { directory, now, print, signal } = context;
  const command = program
    .command("publish")
    .description("writes a model's directions into a registry, each verified against the trained weights")
    .argument("<model>", "a run's folder, or an imported model's")
    .addOption(quantizationOption());
  addRegistryOptions(addMachineOptions(command), "to").action(
    async (modelFolder: string, { quantization, ...options }: PublishCommandOptions) => {
      const registry = registryOf(options, context);
      const model = await readTrainedModel(resolve(directory, modelFolder));
      const { backend } = await openMachine(options);
      const progress = createUploadProgress(context.progress);
      const target = { registry, quantization, backend, now, signal, onProgress: progress.update };
      const manifests = await publishModel(model, target).finally(() => progress.finish());
      for (const line of describePublished(manifests)) print(line);
      print(`registry: ${registry.name}`);
    },
  );
}
