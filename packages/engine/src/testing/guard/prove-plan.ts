import { align } from "../../plan/place-buffers.ts";
import type { Plan, PlannedStep } from "../../plan/plan.ts";
import { tensorBytes } from "../../plan/shape.ts";
import type { Program } from "../../recognise/recognise.ts";
import type { KernelSizes } from "../../runtime/kernels.ts";
import type { PackedWeights } from "../../runtime/pack-weights.ts";
import { type Region, regionsOf } from "./regions.ts";

/** Bytes that hold a tensor, or bounds on one, and the position in the graph of what computed it. */
interface Value {
  readonly address: number;
  readonly bytes: number;
  readonly position: number;
}

/** Kernels that allow the tensor they write to lie exactly where one that they read lies. */
const IN_PLACE = new Set(["instanceNorm", "integerInstanceNorm", "activate", "add"]);

/**
 * Follows a plan step by step without computing anything: every region a kernel may touch lies inside the plan's memory;
 * packed weights lie among the weights, everything else behind them; what a step reads is, byte for byte, what an input of
 * its layer left there, and nothing has been written over it since; only kernels made for it work in place.
 *
 * @throws Error naming the step and the region
 */
export function provePlan(
  plan: Plan,
  { program, weights, sizes }: { program: Program; weights: PackedWeights; sizes: KernelSizes },
): void {
  let values: Value[] = [valueAt(plan.input, program.graph.input)];
  const fail = (index: number, what: string) => {
    throw new Error(`Step ${index}, ${plan.steps[index]?.kernel ?? "the output"}: ${what}.`);
  };
  const written = (region: Region) => {
    values = values.filter((value) => !overlap(value, region));
  };
  for (const [index, step] of plan.steps.entries()) {
    const regions = regionsOf(step.kernel, step.args, sizes);
    const name = ({ role, address, bytes }: Region) => `${role} [${address}, ${address + bytes})`;
    for (const region of regions) {
      const { role, address, bytes } = region;
      if (role === "packed") {
        const own = weights.addresses.get(step.layer.output);
        const room = align(weights.bytes.get(step.layer.output) ?? 0);
        if (address !== own || bytes > room || address < weights.begin || address + bytes > weights.end) {
          fail(index, `${name(region)} is not the layer's own, ${room} bytes at ${own}`);
        }
      } else if (address < weights.end || address + bytes > plan.memoryBytes) {
        fail(index, `${name(region)} leaves [${weights.end}, ${plan.memoryBytes})`);
      }
    }
    for (const region of regions.filter(({ role }) => role.startsWith("input"))) {
      const value = values.find((kept) => kept.address === region.address && kept.bytes === region.bytes);
      const source = step.layer.inputs[region.role === "input 1" ? 1 : 0];
      if (value === undefined || value.position !== source) {
        fail(index, `${name(region)} does not hold what node ${source} computed`);
      }
    }
    assertApart(step, regions, (a, b) => fail(index, `${name(a)} lies on ${name(b)}`));
    for (const region of regions) if (region.writes) written(region);
    const made = regions.filter(({ role }) => role.startsWith("output"));
    if (made.length === 0) fail(index, "it writes no tensor");
    for (const { address, bytes } of made) values.push({ address, bytes, position: step.layer.output });
  }
  const last = valueAt(plan.output, program.graph.output);
  const kept = values.find(({ address, position }) => address === last.address && position === last.position);
  if (kept?.bytes !== last.bytes) fail(plan.steps.length, "it is not there when the plan ends");
}

function valueAt({ address, shape }: Plan["input"], position: number): Value {
  return { address, bytes: tensorBytes(shape), position };
}

/** What a step writes may lie on nothing else that it touches, the tensor it works on in place aside. */
function assertApart(
  { kernel }: PlannedStep,
  regions: readonly Region[],
  fail: (a: Region, b: Region) => void,
): void {
  for (const [index, a] of regions.entries()) {
    for (const b of regions.slice(index + 1)) {
      if (!(a.writes || b.writes) || !overlap(a, b)) continue;
      const roles = [a.role, b.role];
      const tensors = roles.every((role) => role === "output" || /^input \d$/.test(role));
      const inPlace = IN_PLACE.has(kernel) && tensors && a.address === b.address && a.bytes === b.bytes;
      if (!inPlace) fail(a, b);
    }
  }
}

function overlap(
  a: { readonly address: number; readonly bytes: number },
  b: { readonly address: number; readonly bytes: number },
): boolean {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}
