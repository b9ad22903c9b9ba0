import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageTensor } from "../src/session-types.ts";
import type { BenchmarkFiles } from "./contestants/contestant.ts";
import { encodeImage } from "./hosts/image-bytes.ts";
import { IMAGE_FILE, ONNX_FILE, shardNames } from "./model-files.ts";

/** Writes a model in both forms and the picture it is to translate into a folder. */
export async function writeModelFiles(
  folder: string,
  { graphModel, onnx }: BenchmarkFiles,
  image: ImageTensor,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.json"), graphModel.model);
  for (const [index, name] of shardNames(graphModel.model).entries()) {
    await writeFile(join(folder, name), graphModel.weights[index]!);
  }
  if (onnx) await writeFile(join(folder, ONNX_FILE), onnx);
  await writeFile(join(folder, IMAGE_FILE), encodeImage(image));
}
