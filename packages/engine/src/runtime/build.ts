import type { Arithmetic, EngineBuild } from "../session-types.ts";
import { type WasmBytes, type WasmModule, webAssembly } from "./webassembly.ts";

/** The two builds of the inference kernels, as bytes or as compiled modules. */
export interface EngineBinaries {
  readonly simd: WasmModule | WasmBytes;
  readonly relaxedSimd: WasmModule | WasmBytes;
}

/** A module whose only function is `f32x4.relaxed_madd` of three zero vectors. */
const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x13, 0x01, 0x11, 0x00],
  ...[0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f],
  ...[0xfd, 0x85, 0x02, 0x0b],
);

/** The faster build this platform can run: relaxed SIMD (multiply and add in one rounding) where it validates. */
export function supportedBuild(): EngineBuild {
  return webAssembly.validate(RELAXED_MADD) ? "relaxed-simd" : "simd";
}

/**
 * The build a session runs: integers gain nothing from a fused multiply and add, and without one every machine computes
 * the same bits.
 */
export function buildFor(arithmetic: Arithmetic): EngineBuild {
  return arithmetic === "integer" ? "simd" : supportedBuild();
}
