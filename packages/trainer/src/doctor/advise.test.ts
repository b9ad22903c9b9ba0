import { expect, test } from "vitest";
import type { BackendDetection } from "../backend/detect.ts";
import { type AdviceInputs, adviseFaster } from "./advise.ts";

const absent: BackendDetection = { available: false, reason: "not here" };
const here = (gpu: boolean): BackendDetection => ({ available: true, description: "", gpu, hardware: true });
const machine = (tensorflow: BackendDetection, rest: Partial<AdviceInputs> = {}): AdviceInputs => ({
  detections: { tensorflow, webgpu: absent, wasm: here(false), cpu: here(false) },
  nvidia: false,
  platform: "linux",
  architecture: "x64",
  ...rest,
});

test.each<[string, AdviceInputs, string | undefined]>([
  ["a bare machine", machine(absent), "trainer tensorflow install --cpu"],
  ["a GPU nothing uses", machine(absent, { nvidia: true }), "trainer tensorflow install --gpu"],
  ["a GPU beside CPU TensorFlow", machine(here(false), { nvidia: true }), "trainer tensorflow install --gpu"],
  ["CPU TensorFlow without a GPU", machine(here(false)), undefined],
  ["a GPU in use", machine(here(true), { nvidia: true }), undefined],
  ["a Mac", machine(absent, { platform: "darwin", architecture: "arm64" }), undefined],
])("%s", (_, inputs, command) => {
  expect(adviseFaster(inputs)?.command).toBe(command);
});
