import { createRandom, resnetGenerator } from "@unpaired/core";
import { expect, test } from "vitest";
import { parseGraphModel } from "../../graph-model/parse.ts";
import { readEngineBinaries } from "../../node.ts";
import { createPlan, type Plan, type PlannedStep } from "../../plan/plan.ts";
import { recognise } from "../../recognise/recognise.ts";
import { packWeights } from "../../runtime/pack-weights.ts";
import { publish } from "../models.ts";
import { guardBuild } from "./guarded-kernels.ts";
import { provePlan } from "./prove-plan.ts";

const { simd } = await readEngineBinaries();
const { kernels } = await (await guardBuild(simd as Uint8Array))();
const program = recognise(parseGraphModel(publish(resnetGenerator({ filters: 2, blocks: 2 }))));
const options = { arithmetic: "float", budgetBytes: 2 ** 22 } as const;
const weights = packWeights(program, kernels, options);
const plan = createPlan(program, { width: 16, height: 16 }, { kernels, weights, ...options });
const prove = (changed: Plan) => provePlan(changed, { program, weights, sizes: kernels });

/** Positions of addresses among `conv2d`'s arguments. */
const [INPUT, PACKED, OUTPUT, SCRATCH] = [0, 5, 12, 18];

function withStep(index: number, change: (args: number[], step: PlannedStep) => void): Plan {
  const step = plan.steps[index]!;
  const args = [...step.args];
  change(args, step);
  return { ...plan, steps: plan.steps.with(index, { ...step, args }) };
}
const convolutions = [...plan.steps.entries()].filter(([, { kernel }]) => kernel === "conv2d");
const [firstConv, secondConv] = convolutions.map(([index]) => index) as [number, number];
const last = plan.steps.length - 1;

test("a plan as the planner makes it holds", () => {
  expect(() => prove(plan)).not.toThrow();
});

test.each([
  [
    "scratch on the output",
    withStep(firstConv, (args) => {
      args[SCRATCH] = args[OUTPUT]!;
    }),
    /conv2d: scratch .* leaves|output .* lies on scratch/,
  ],
  [
    "scratch on the weights",
    withStep(firstConv, (args) => {
      args[SCRATCH] = weights.begin;
    }),
    /conv2d: scratch .* leaves/,
  ],
  [
    "the output on the input",
    withStep(secondConv, (args) => {
      args[OUTPUT] = args[INPUT]!;
    }),
    /input 0 \[.*\) lies on output/,
  ],
  [
    "an input that begins a float earlier",
    withStep(secondConv, (args) => {
      args[INPUT]! -= 4;
    }),
    /input 0 .* does not hold what/,
  ],
  [
    "an input that nothing wrote",
    withStep(firstConv, (args) => {
      args[INPUT] = plan.memoryBytes - 16 * 16 * 3 * 4;
    }),
    /does not hold what/,
  ],
  [
    "another layer's weights",
    withStep(firstConv, (args) => {
      args[PACKED] = plan.steps[secondConv]!.args[PACKED]!;
    }),
    /packed .* is not the layer's own/,
  ],
  [
    "an output beyond the end",
    withStep(firstConv, (args) => {
      args[OUTPUT] = plan.memoryBytes - 4;
    }),
    /output .* leaves/,
  ],
  [
    "one more output channel",
    withStep(firstConv, (args) => {
      args[15]!++;
    }),
    /packed|does not hold|leaves|lies on/,
  ],
  ["less memory than its tensors take", { ...plan, memoryBytes: plan.memoryBytes - 64 }, /leaves/],
  ["steps in another order", { ...plan, steps: plan.steps.toReversed() }, /does not hold what/],
  ["a step too few", { ...plan, steps: plan.steps.slice(0, last) }, /not there when the plan ends/],
  [
    "an output elsewhere",
    { ...plan, output: { ...plan.output, address: plan.output.address + 64 } },
    /not there when the plan ends/,
  ],
] as [string, Plan, RegExp][])("%s is found", (_, changed, message) => {
  expect(() => prove(changed)).toThrow(message);
});

test("any address moved by any step is found", () => {
  const random = createRandom(3);
  for (let times = 0; times < 300; times++) {
    const index = random.integer(plan.steps.length);
    const { args } = plan.steps[index]!;
    // Addresses are the arguments that no count or size comes near.
    const addresses = [...args.keys()].filter((at) => args[at]! >= weights.begin);
    const at = addresses[random.integer(addresses.length)]!;
    const moved = withStep(index, (changed) => {
      changed[at]! += 64 * (1 + random.integer(20)) * (random.integer(2) === 0 ? 1 : -1);
    });
    const { kernel } = plan.steps[index]!;
    // Moving scratch within what is scratch anyway is no fault.
    const isScratch = kernel === "instanceNorm" ? at === 8 || at === 9 : at === args.length - 1;
    if (!isScratch) expect(() => prove(moved)).toThrow(/Step \d+/);
  }
});
