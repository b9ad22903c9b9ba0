import {
  countMultiplyAdds,
  mobileResnetGenerator,
  patchDiscriminator,
  resnetGenerator,
} from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { readEngineBinaries } from "../node.ts";
import { createPlanningSession } from "../runtime/session.ts";
import type { ModelFiles } from "../session-types.ts";
import { publish } from "../testing/models.ts";
import type { Plan } from "./plan.ts";
import { tensorBytes } from "./shape.ts";

async function planOf(files: ModelFiles, width: number, height: number): Promise<Plan> {
  const session = await createPlanningSession(files, { binaries: await readEngineBinaries() });
  return session.plan({ width, height });
}

test.each([
  resnetGenerator({ filters: 4, blocks: 2 }),
  resnetGenerator({ filters: 4, blocks: 1, upsampling: "resize" }),
  mobileResnetGenerator({ filters: 4, blocks: 2 }),
  patchDiscriminator({ filters: 4 }),
])("$name: the steps do the multiply-adds the network is made of", async (spec) => {
  const { steps } = await planOf(publish(spec), 48, 32);
  const total = steps.reduce((sum, step) => sum + step.multiplyAdds, 0);
  expect(total).toBe(countMultiplyAdds(spec, { width: 48, height: 32 }));
});

describe("memory", () => {
  test("activations share room: a deep chain needs as much as its two largest neighbours and the skip", async () => {
    const plan = await planOf(publish(resnetGenerator({ filters: 4, blocks: 9 })), 64, 64);
    const bytes = plan.steps.map(({ output }) => tensorBytes(output));
    expect(plan.activationBytes).toBeLessThanOrEqual(2 * Math.max(...bytes));
  });

  test("normalising, adding and activating happen in place", async () => {
    const { steps } = await planOf(publish(resnetGenerator({ filters: 4, blocks: 2 })), 32, 32);
    const [norms, others] = [true, false].map((isNorm) =>
      steps.filter(({ layer }) => (layer.kind === "norm") === isNorm),
    );
    expect(norms).not.toHaveLength(0);
    expect(norms!.every(({ inPlace }) => inPlace)).toBe(true);
    expect(others!.some(({ inPlace }) => inPlace)).toBe(false);
  });

  test("parts add up", async () => {
    const plan = await planOf(publish(mobileResnetGenerator({ filters: 4, blocks: 1 })), 32, 32);
    const parts = plan.weightsBytes + plan.scratchBytes + plan.activationBytes;
    // The first page belongs to the kernels; parts begin at multiples of 64.
    expect(plan.memoryBytes - parts).toBeGreaterThanOrEqual(65_536);
    expect(plan.memoryBytes - parts).toBeLessThan(65_536 + 128);
  });
});
