import { resolve } from "node:path";
import type { Quantization } from "@unpaired/core/contracts";
import { type Command, Option } from "commander";
import { type ExportFormat, exportFormats, exportModel } from "../../models/export-model.ts";
import { readTrainedModel } from "../../models/read-model.ts";
import { assertNetworks, type DirectionName, modelId, selectDirection } from "../../models/trained-model.ts";
import type { CliContext } from "../context.ts";
import { quantizationOption } from "../options.ts";
import { directionOption } from "./translate.ts";

interface ExportOptions {
  readonly format: ExportFormat;
  readonly direction?: DirectionName;
  readonly quantization: Quantization;
  readonly out: string;
}

/** `trainer export MODEL`. */
export function addExportCommand(program: Command, { directory, print }: CliContext): void {
  program
    .command("export")
    .description("writes a model for other programs: tfjs (graph-model), ONNX, or PyTorch's reference code")
    .argument("<model>", "a run's folder, or an imported model's")
    .addOption(new Option("--format <format>", "what to write").choices(exportFormats).makeOptionMandatory())
    .addOption(directionOption())
    .addOption(quantizationOption())
    .requiredOption("--out <path>", "a file (.onnx, .pth), or a new folder for a graph model")
    .action(async (modelFolder: string, { format, direction, quantization, out }: ExportOptions) => {
      const model = await readTrainedModel(resolve(directory, modelFolder));
      assertNetworks(model);
      const network = selectDirection(model, direction);
      const output = resolve(directory, out);
      const bytes = await exportModel({ network, format, output, quantization });
      print(`${modelId(network)} as ${format}: ${output} (${(bytes / 1024).toFixed(0)} KiB)`);
    });
}
