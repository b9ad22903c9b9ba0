import { expect, test } from "vitest";
import { describeEnvironment } from "./environment.ts";

test("the environment names the backend, the machine and what computes", () => {
  const environment = describeEnvironment({
    backend: "tensorflow",
    threads: 2,
    device: "Some GPU",
    versions: { TensorFlow: "2.21.0" },
  });
  expect(environment).toMatchObject({
    backend: "tensorflow",
    threads: 2,
    device: "Some GPU",
    cpu: expect.stringMatching(/\S/),
    node: process.version,
    versions: {
      Unpaired: expect.stringMatching(/^\d+\.\d+\.\d+/),
      "TensorFlow.js": expect.stringMatching(/^4\./),
      sharp: expect.stringMatching(/^\d+\./),
      TensorFlow: "2.21.0",
    },
  });
  expect(environment.cores).toBeGreaterThan(0);
  expect(environment.memoryBytes).toBeGreaterThan(2 ** 28);
});
