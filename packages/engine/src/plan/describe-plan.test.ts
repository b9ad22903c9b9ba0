import { mobileResnetGenerator, patchDiscriminator } from "@unpaired/core";
import { expect, test } from "vitest";
import { readEngineBinaries } from "../node.ts";
import { createPlanningSession } from "../runtime/session.ts";
import type { ModelFiles } from "../session-types.ts";
import { graphFiles } from "../testing/graph-files.ts";
import { publish } from "../testing/models.ts";
import { describePlan } from "./describe-plan.ts";
import type { Plan } from "./plan.ts";
import type { PlanProfile } from "./plan-profile.ts";

async function planOf(files: ModelFiles, width: number, height: number): Promise<Plan> {
  const session = await createPlanningSession(files, {
    binaries: await readEngineBinaries(),
    arithmetic: "float",
  });
  return session.plan({ width, height });
}

const timed = (stepsMs: readonly number[]): PlanProfile => ({
  stepsMs,
  runs: 21,
  warmUpRuns: 3,
  medianMs: 20.26,
  fastestMs: 19.9,
  slowestMs: 123.4,
});

test("a plan reads as a table, its sums by kernel and its memory", async () => {
  const plan = await planOf(publish(patchDiscriminator({ filters: 2, layers: 1 })), 8, 8);
  expect(describePlan(plan)).toMatchInlineSnapshot(`
    "#  kernel        node         with                                width×height×channels           multiply-adds     moved
    0  conv2d        patch1       4×4, stride 2, bias, leakyRelu 0.2                  8×8×3  → 4×4×2         1.54 k  1.27 KiB
    1  conv2d        patch2       4×4                                                 4×4×2  → 3×3×4         1.15 k     800 B
    2  instanceNorm  patch2/norm  leakyRelu 0.2, in place                             3×3×4  → 3×3×4                    288 B
    3  conv2d        logits       4×4, bias                                           3×3×4  → 2×2×1            256     432 B

    kernel        steps  multiply-adds     moved
    conv2d            3         2.94 k  2.47 KiB
    instanceNorm      1                    288 B

    work    4 steps, 2.94 k multiply-adds, 2.75 KiB moved
    memory  71.3 KiB: 1.31 KiB weights, 5.05 KiB scratch, 896 B activations, the rest kernels and alignment"
  `);
});

test("a profile adds times, rates, shares and bars", async () => {
  const plan = await planOf(publish(patchDiscriminator({ filters: 2, layers: 1 })), 8, 8);
  expect(describePlan(plan, { profile: timed([12.5, 0.25, 1.5, 6]) })).toMatchInlineSnapshot(`
    "#  kernel        node         with                                width×height×channels           multiply-adds     moved     ms         rate   share
    0  conv2d        patch1       4×4, stride 2, bias, leakyRelu 0.2                  8×8×3  → 4×4×2         1.54 k  1.27 KiB  12.50  0.00 GMAC/s  61.7 %  ████████████████████
    1  conv2d        patch2       4×4                                                 4×4×2  → 3×3×4         1.15 k     800 B   0.25  0.00 GMAC/s   1.2 %  ▍
    2  instanceNorm  patch2/norm  leakyRelu 0.2, in place                             3×3×4  → 3×3×4                    288 B   1.50    0.00 GB/s   7.4 %  ██▍
    3  conv2d        logits       4×4, bias                                           3×3×4  → 2×2×1            256     432 B   6.00  0.00 GMAC/s  29.6 %  █████████▋

    kernel        steps  multiply-adds     moved     ms         rate   share
    conv2d            3         2.94 k  2.47 KiB  18.75  0.00 GMAC/s  92.6 %  ████████████████████
    instanceNorm      1                    288 B   1.50    0.00 GB/s   7.4 %  █▋

    work    4 steps, 2.94 k multiply-adds, 2.75 KiB moved
    memory  71.3 KiB: 1.31 KiB weights, 5.05 KiB scratch, 896 B activations, the rest kernels and alignment
    time    20.3 ms a run, 0.00 GMAC/s: median of 21 runs from 19.9 to 123 ms, after 3 to warm up"
  `);
});

test("residuals, mirrored borders and both inputs of a sum are named", async () => {
  const text = describePlan(await planOf(publish(mobileResnetGenerator({ filters: 4, blocks: 1 })), 32, 16));
  expect(text).toMatch(/residual, in place +8×4×16 \+ 8×4×16 +→ 8×4×16/);
  expect(text).toMatch(/7×7, reflect, bias, tanh/);
});

test("a long name from outside keeps its ends", async () => {
  const name = `model/${"very/".repeat(12)}last`;
  const plan = await planOf(graphFiles([{ name, op: "Relu", input: ["input"] }]), 4, 4);
  const [, line] = describePlan(plan).split("\n");
  expect(line).toMatch(/ model\/very\/…/);
  expect([...line!.split(/ {2,}/)[2]!]).toHaveLength(36);
});

test("a model without steps is a plan all the same", async () => {
  const plan = await planOf(graphFiles([{ name: "y", op: "Identity", input: ["input"] }]), 4, 4);
  expect(describePlan(plan, { profile: timed([]) })).toMatch(/0 steps, no multiply-adds/);
});
