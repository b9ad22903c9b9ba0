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
  decode(data: number, length: number): number;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  __wbindgen_free(pointer: number, bytes: number, alignment: number): void;
  __wbindgen_add_to_stack_pointer(delta: number): number;
}

/** One instance of the PNG codec. */
export interface PngCodec extends Instance {
  decode(bytes: Uint8Array): Raster;
  encode(raster: Raster): Uint8Array<ArrayBuffer>;
}

/**
 * Instantiates the PNG codec of @jsquash/png. Its own loader keeps one instance for ever, and a damaged file makes the
 * codec trap with its memory leaked and its stack pointer astray; here every failure can be followed by a new instance.
 */
export async function instantiatePngCodec(module: WebAssembly.Module): Promise<PngCodec> {
  let decoded: Raster | undefined;

  const implementations: Readonly<Record<string, (...values: number[]) => number | undefined>> = {
    __wbg_newwithownedu8clampedarrayandsh(pointer, length, width, height) {
      const data = new Uint8ClampedArray(wasm.memory.buffer.slice(pointer!, pointer! + length!));
      wasm.__wbindgen_free(pointer!, length!, 1);
      decoded = { data, width: width! >>> 0, height: height! >>> 0 };
      return 0;
    },
    __wbindgen_throw(pointer, length) {
      throw new Error(new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, pointer, length)));
    },
  };
  const imports: Record<string, () => unknown> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    // Names end in a hash of the binding's version. What only 16-bit decoding calls is never reached.
    imports[name] =
      implementations[name.replace(/_[0-9a-f]{16}$/, "")] ??
      (() => {
        throw new Error(`the PNG codec called ${name}`);
      });
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
    decode(bytes) {
      decoded = undefined;
      wasm.decode(copyIn(bytes), bytes.length);
      const raster = decoded as Raster | undefined;
      decoded = undefined;
      if (!raster) throw new Error("the PNG codec returned no picture");
      return raster;
    },
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
