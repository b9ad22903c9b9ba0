/**
 * The few parts of the WebAssembly API the engine uses. Node, workerd and browsers share the API but not one set of
 * type declarations, so it is written down here instead of taken from any one of them.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** @throws RangeError when the pages cannot be had */
  grow(pages: number): number;
}

/** A compiled `WebAssembly.Module`, as an import in a Worker gives it. */
export type WasmModule = object;

/** Bytes of a `.wasm` file. */
export type WasmBytes = ArrayBuffer | ArrayBufferView;

interface WasmApi {
  validate(bytes: WasmBytes): boolean;
  compile(bytes: WasmBytes): Promise<WasmModule>;
  instantiate(module: WasmModule): Promise<{ readonly exports: unknown }>;
}

/** The platform's `WebAssembly`. */
export const webAssembly: WasmApi = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

/** Bytes of one WebAssembly page. */
export const PAGE_BYTES = 65_536;
