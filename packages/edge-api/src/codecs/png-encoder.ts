import type { Raster } from "@unpaired/core/images";
import type { Instance } from "./warm-instance.ts";

interface PngExports {
  readonly memory: WebAssembly.Memory;
  encode(
    resultPointer: number,
    data: number,
    length: number,
    width: number,
    height: number,
    bits: number,
  ): void;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  __wbindgen_free(pointer: number, bytes: number, alignment: number): void;
  __wbindgen_add_to_stack_pointer(delta: number): number;
}

/** One instance of the PNG encoder. */
export interface PngEncoder extends Instance {
  encode(raster: Raster): Uint8Array<ArrayBuffer>;
}

/** Instantiates the PNG codec of @jsquash/png, whose own loader keeps one instance for ever. */
export async function instantiatePngEncoder(module: WebAssembly.Module): Promise<PngEncoder> {
  const imports: Record<string, () => never> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    imports[name] = () => {
      throw new Error(`the PNG codec called ${name}`);
    };
  }
  const instance = await WebAssembly.instantiate(module, { wbg: imports });
  const wasm = instance.exports as unknown as PngExports;

  function copyIn(bytes: Uint8Array | Uint8ClampedArray): number {
    const pointer = wasm.__wbindgen_malloc(bytes.length, 1) >>> 0;
    new Uint8Array(wasm.memory.buffer).set(bytes, pointer);
    return pointer;
  }

  return {
    memoryBytes: () => wasm.memory.buffer.byteLength,
    encode({ data, width, height }) {
      const resultPointer = wasm.__wbindgen_add_to_stack_pointer(-16);
      wasm.encode(resultPointer, copyIn(data), data.length, width, height, 8);
      const [pointer, length] = new Uint32Array(wasm.memory.buffer, resultPointer, 2);
      const bytes = new Uint8Array(wasm.memory.buffer.slice(pointer!, pointer! + length!));
      wasm.__wbindgen_free(pointer!, length!, 1);
      wasm.__wbindgen_add_to_stack_pointer(16);
      return bytes;
    },
  };
}
