import { toGraphModel, toOnnx, type WeightedNetwork } from "@unpaired/core";
import type { Quantization } from "@unpaired/core/contracts";
import { type FileContent, writeAtomically } from "../checkpoint/atomic-write.ts";
import { exportNetwork } from "../pytorch/export-network.ts";
import { writeFolder } from "./write-folder.ts";

/** What a network can be written as. */
export const exportFormats = ["graph-model", "onnx", "pytorch"] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** Options of {@link exportModel}. */
export interface ExportModelOptions {
  readonly network: WeightedNetwork;
  readonly format: ExportFormat;
  /** A new folder for a graph model, a file otherwise. */
  readonly output: string;
  /** How a graph model's weights are stored. */
  readonly quantization: Quantization;
}

/**
 * Writes a network in another program's format: a tfjs graph model (`model.json` and its shards), an ONNX model, or a
 * PyTorch state dict under the reference's names.
 *
 * @returns bytes written
 * @throws ModelError, PytorchFileError, ModelDirectoryError `folder_exists`, StorageError
 */
export async function exportModel({
  network: { spec, weights },
  format,
  output,
  quantization,
}: ExportModelOptions): Promise<number> {
  if (format === "graph-model") {
    const { model, weights: shards } = toGraphModel(spec, weights, { quantization });
    const files = new Map<string, FileContent>();
    for (const [index, shard] of shards.entries()) {
      files.set(`group1-shard${index + 1}of${shards.length}.bin`, shard);
    }
    files.set("model.json", model);
    await writeFolder(output, files);
    return shards.reduce((sum, shard) => sum + shard.length, model.length);
  }
  const bytes = format === "onnx" ? toOnnx(spec, weights) : await exportNetwork({ spec, weights });
  await writeAtomically(output, bytes);
  return bytes.length;
}
