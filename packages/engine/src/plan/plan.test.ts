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
import { describePlan } from "./describe-plan.ts";
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
    const norms = steps.filter(({ kernel }) => kernel === "instanceNorm");
    expect(norms.every(({ inPlace }) => inPlace)).toBe(true);
    expect(steps.filter(({ kernel }) => kernel !== "instanceNorm").some(({ inPlace }) => inPlace)).toBe(
      false,
    );
  });

  test("parts add up", async () => {
    const plan = await planOf(publish(mobileResnetGenerator({ filters: 4, blocks: 1 })), 32, 32);
    const parts = plan.weightsBytes + plan.scratchBytes + plan.activationBytes;
    // The first page belongs to the kernels; parts begin at multiples of 64.
    expect(plan.memoryBytes - parts).toBeGreaterThanOrEqual(65_536);
    expect(plan.memoryBytes - parts).toBeLessThan(65_536 + 128);
  });
});

test("a plan reads as a table", async () => {
  const plan = await planOf(publish(patchDiscriminator({ filters: 2, layers: 1 })), 8, 8);
  expect(describePlan(plan)).toMatchInlineSnapshot(`
    "#  kernel        node         with                                  width×height×channels  multiply-adds  moved
    0  conv2d        patch1       4×4, stride 2, bias, leakyRelu 0.200  8×8×3 → 4×4×2          0.00 M         2 KiB
    1  conv2d        patch2       4×4                                   4×4×2 → 3×3×4          0.00 M         1 KiB
    2  instanceNorm  patch2/norm  leakyRelu 0.200, in place             3×3×4 → 3×3×4                         1 KiB
    3  conv2d        logits       4×4, bias                             3×3×4 → 2×2×1          0.00 M         1 KiB
    total: 4 steps, 0.00 M multiply-adds
    memory: 2 KiB weights, 6 KiB scratch, 1 KiB activations, 72 KiB in all"
  `);
});
