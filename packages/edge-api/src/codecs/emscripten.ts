import type { Raster } from "@unpaired/core/images";
import type { Instance } from "./warm-instance.ts";

type ModuleFactory = (options: {
  noInitialRun: boolean;
  instantiateWasm(
    imports: WebAssembly.Imports,
    onInstance: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  print(line: string): void;
  printErr(line: string): void;
}) => Promise<{ readonly HEAPU8: Uint8Array }>;

/** What the codecs' loaders look for in the platform, and a Worker does not have. */
class PlainImageData implements Raster {
  readonly data: Raster["data"];
  readonly width: number;
  readonly height: number;

  constructor(data: Raster["data"], width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

/**
 * Instantiates an Emscripten codec of @jsquash from an already compiled module.
 *
 * @param factory the codec's own loader, typed by its package for browsers only
 */
export async function instantiateEmscripten<Exports extends object>(
  factory: unknown,
  module: WebAssembly.Module,
): Promise<Exports & Instance> {
  // A loader that finds none defines one inside itself, which keeps that first instance's memory alive for ever.
  (globalThis as { ImageData?: unknown }).ImageData ??= PlainImageData;
  const loaded = await (factory as ModuleFactory)({
    noInitialRun: true,
    instantiateWasm(imports, onInstance) {
      const instance = new WebAssembly.Instance(module, imports);
      onInstance(instance);
      return instance.exports;
    },
    // The codecs report every damaged file on stderr; the caller already gets an error.
    print: () => {},
    printErr: () => {},
  });
  return Object.assign(loaded as unknown as Exports, { memoryBytes: () => loaded.HEAPU8.byteLength });
}
