import type { Instance } from "./warm-instance.ts";

/** `TJPF_RGBA` of TurboJPEG. */
const RGBA = 7;
const CHANNELS = 4;

interface TurboJpegExports {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  tjInitDecompress(): number;
  tjDestroy(decompressor: number): number;
  tjDecompress2(
    decompressor: number,
    file: number,
    fileBytes: number,
    pixels: number,
    width: number,
    bytesPerRow: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

/** Pixels that lie in a decoder's own memory, for as long as they are looked at. */
export interface BorrowedRaster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One instance of the JPEG decoder. */
export interface JpegDecoder extends Instance {
  /**
   * Decodes to so many eighths of the size, as the DCT gives them, and hands the pixels to `use`.
   *
   * @param size width and height in pixels, as the file's header states them
   * @throws Error when the file is damaged; the instance is of no use afterwards
   */
  decode<Result>(
    bytes: Uint8Array,
    size: { readonly width: number; readonly height: number },
    eighths: number,
    use: (raster: BorrowedRaster) => Result,
  ): Result;
}

/** Side of a picture that is decoded to so many eighths (ITU-T T.81 A.3.1 with blocks of fewer samples). */
export function scaledSide(side: number, eighths: number): number {
  return Math.ceil((side * eighths) / 8);
}

/** Instantiates libjpeg-turbo's TurboJPEG interface, as @cwasm/jpeg-turbo builds it. */
export async function instantiateJpegDecoder(module: WebAssembly.Module): Promise<JpegDecoder> {
  const nothing = () => 0;
  const instance = await WebAssembly.instantiate(module, {
    env: {
      setjmp: nothing,
      longjmp() {
        throw new Error("the JPEG decoder gave up");
      },
    },
    wasi_snapshot_preview1: {
      environ_get: nothing,
      environ_sizes_get: nothing,
      fd_close: nothing,
      fd_seek: nothing,
      fd_write: nothing,
      proc_exit() {
        throw new Error("the JPEG decoder exited");
      },
    },
  });
  const wasm = instance.exports as unknown as TurboJpegExports;

  function allocate(bytes: number): number {
    const pointer = wasm.malloc(bytes) >>> 0;
    if (pointer === 0) throw new Error(`the JPEG decoder has no ${bytes} bytes`);
    return pointer;
  }

  return {
    memoryBytes: () => wasm.memory.buffer.byteLength,
    decode(bytes, size, eighths, use) {
      const width = scaledSide(size.width, eighths);
      const height = scaledSide(size.height, eighths);
      const file = allocate(bytes.length);
      new Uint8Array(wasm.memory.buffer).set(bytes, file);
      const decompressor = wasm.tjInitDecompress();
      const rasterBytes = width * height * CHANNELS;
      const pixels = allocate(rasterBytes);
      // What a damaged file leaves unwritten must not be what the last picture left here.
      new Uint8Array(wasm.memory.buffer, pixels, rasterBytes).fill(0);
      // A failure comes as a longjmp; the status also tells of warnings, which harm a few pixels at most.
      wasm.tjDecompress2(decompressor, file, bytes.length, pixels, width, width * CHANNELS, height, RGBA, 0);
      const result = use({ data: new Uint8Array(wasm.memory.buffer, pixels, rasterBytes), width, height });
      wasm.tjDestroy(decompressor);
      wasm.free(pixels);
      wasm.free(file);
      return result;
    },
  };
}
