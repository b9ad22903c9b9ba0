import { expect, test } from "vitest";
import { readEngineBinaries } from "../node.ts";
import { supportedBuild } from "./build.ts";
import { type WasmBytes, webAssembly } from "./webassembly.ts";

test("the probe agrees with whether the relaxed build itself validates", async () => {
  const { simd, relaxedSimd } = await readEngineBinaries();
  expect(webAssembly.validate(simd as WasmBytes)).toBe(true);
  expect(supportedBuild()).toBe(webAssembly.validate(relaxedSimd as WasmBytes) ? "relaxed-simd" : "simd");
});

test("binaries are read once", async () => {
  expect(readEngineBinaries()).toBe(readEngineBinaries());
});
