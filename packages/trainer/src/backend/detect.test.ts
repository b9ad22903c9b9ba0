import { expect, test } from "vitest";
import { type BackendDetection, fastestBackend } from "./detect.ts";
import type { BackendName } from "./select.ts";

const absent: BackendDetection = { available: false, reason: "not here" };
const present = (gpu: boolean, hardware = true): BackendDetection => {
  return { available: true, description: "here", gpu, hardware };
};

test.each<[string, Partial<Record<BackendName, BackendDetection>>, BackendName]>([
  ["nothing but npm", {}, "wasm"],
  ["TensorFlow on the CPU", { tensorflow: present(false) }, "tensorflow"],
  ["a GPU without TensorFlow", { webgpu: present(true) }, "webgpu"],
  ["a GPU and TensorFlow for the CPU", { tensorflow: present(false), webgpu: present(true) }, "webgpu"],
  ["a GPU under TensorFlow", { tensorflow: present(true), webgpu: present(true) }, "tensorflow"],
  ["a GPU emulated in software", { webgpu: present(true, false) }, "wasm"],
])("where there is %s, auto takes what is fastest", async (_, found, expected) => {
  expect(await fastestBackend(async (name) => found[name] ?? absent)).toBe(expected);
});
