import { resolve } from "node:path";
import type { Quantization } from "@unpaired/core/contracts";
import type { Command } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { readTrainedModel } from "../../models/read-model.ts";
import { publishModel } from "../../publish/publish-model.ts";
import type { CliContext } from "../context.ts";
import { describePublished } from "../describe-published.ts";
import { addMachineOptions, quantizationOption } from "../options.ts";

interface PublishCommandOptions extends MachineChoice {
  readonly to: string;
  readonly quantization: Quantization;
}

/** `trainer publish MODEL`. */
export function addPublishCommand(program: Command, { directory, now, print }: CliContext): void {
  const command = program
    .command("publish")
    .description("writes a model's directions into a registry, each verified against the trained weights")
    .argument("<model>", "a run's folder, or an imported model's")
    .option("--to <folder>", "the registry's folder", "registry")
    .addOption(quantizationOption());
  addMachineOptions(command).action(
    async (modelFolder: string, { to, quantization, ...machine }: PublishCommandOptions) => {
      const model = await readTrainedModel(resolve(directory, modelFolder));
      const { backend } = await openMachine(machine);
      const registryDirectory = resolve(directory, to);
      const manifests = await publishModel(model, { registryDirectory, quantization, backend, now });
      for (const line of describePublished(manifests)) print(line);
    },
  );
}
