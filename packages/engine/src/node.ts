import { readFile } from "node:fs/promises";
import type { EngineBinaries } from "./runtime/build.ts";

let binaries: Promise<EngineBinaries> | undefined;

/**
 * Both inference builds from the package's `build` folder, read once.
 *
 * @throws Error when the folder has not been built (`pnpm build:wasm`)
 */
export function readEngineBinaries(): Promise<EngineBinaries> {
  binaries ??= readBoth().catch((error: unknown) => {
    // A build may appear later; do not remember that it was missing.
    binaries = undefined;
    throw error;
  });
  return binaries;
}

async function readBoth(): Promise<EngineBinaries> {
  const [simd, relaxedSimd] = await Promise.all(["inference.wasm", "inference.relaxed.wasm"].map(read));
  return { simd: simd!, relaxedSimd: relaxedSimd! };
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(new URL(`../build/${file}`, import.meta.url));
  } catch (cause) {
    throw new Error(`${file} is missing from @unpaired/engine; run \`pnpm build:wasm\` first.`, { cause });
  }
}
