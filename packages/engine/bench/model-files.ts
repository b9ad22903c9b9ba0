import type { BenchmarkFiles } from "./contestants/contestant.ts";

/** File names of the ONNX model and of the picture beside `model.json` and its shards. */
export const ONNX_FILE = "model.onnx";
export const IMAGE_FILE = "image.bin";

/** Reads a model in both forms by whatever gives a file's bytes by its name (nothing for a file that is not there). */
export async function readModelFiles(
  read: (name: string) => Promise<Uint8Array | undefined>,
): Promise<BenchmarkFiles> {
  const needed = async (name: string) => {
    const bytes = await read(name);
    if (!bytes) throw new Error(`The model has no ${name}.`);
    return bytes;
  };
  const model = await needed("model.json");
  const weights = await Promise.all(shardNames(model).map(needed));
  return { graphModel: { model, weights }, onnx: await read(ONNX_FILE) };
}

/** Names of the weight shards that a `model.json` lists, in order. */
export function shardNames(model: Uint8Array): string[] {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(model)) as {
    readonly weightsManifest: readonly { readonly paths: readonly string[] }[];
  };
  return weightsManifest.flatMap(({ paths }) => paths);
}
