import { printable } from "../errors.ts";
import type { Activation } from "../recognise/layers.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import type { PlanProfile } from "./plan-profile.ts";
import { formatBytes, formatCount, formatShare, threeDigits } from "./quantity.ts";
import { formatShape } from "./shape.ts";
import { bar, type Column, textTable } from "./text-table.ts";

/** Width of the bar of whatever took longest. */
const BAR_COLUMNS = 20;
/** Node names beyond this many characters lose their middle. */
const NAME_COLUMNS = 36;

/** What a table's row says of one step, or of all steps of one kernel. */
interface Work {
  readonly multiplyAdds: number;
  readonly bytesMoved: number;
  /** 0 where nothing was timed. */
  readonly ms: number;
}

interface StepRow extends Work {
  readonly step: PlannedStep;
}

interface KernelRow extends Work {
  readonly kernel: string;
  readonly steps: number;
}

/**
 * A plan as tables for people: per step the kernel, node, shapes, multiply-adds and bytes, then the sums by kernel and
 * the memory; with a profile also milliseconds, rate and share of the time.
 */
export function describePlan(plan: Plan, { profile }: { readonly profile?: PlanProfile } = {}): string {
  const rows = plan.steps.map(
    (step, index): StepRow => ({
      step,
      multiplyAdds: step.multiplyAdds,
      bytesMoved: step.bytesMoved,
      ms: profile?.stepsMs[index] ?? 0,
    }),
  );
  const kernels = sumByKernel(rows);
  const total = sum(rows);
  const sections = [
    textTable<StepRow>(
      [
        { title: "#", align: "right", cell: (_, index) => String(index) },
        { title: "kernel", cell: ({ step }) => step.kernel },
        { title: "node", cell: ({ step }) => shortName(step.layer.name) },
        { title: "with", cell: ({ step }) => features(step) },
        { title: "width×height×channels", align: "right", cell: ({ step }) => inputShapes(step) },
        { title: "", cell: ({ step }) => `→ ${formatShape(step.output)}` },
        ...workColumns(rows, profile),
      ],
      rows,
    ),
    textTable<KernelRow>(
      [
        { title: "kernel", cell: ({ kernel }) => kernel },
        { title: "steps", align: "right", cell: ({ steps }) => String(steps) },
        ...workColumns(kernels, profile),
      ],
      kernels,
    ),
    summary(plan, total, profile),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

/** The columns both tables end in. */
function workColumns(rows: readonly Work[], profile: PlanProfile | undefined): Column<Work>[] {
  const measures: Column<Work>[] = [
    { title: "multiply-adds", align: "right", cell: ({ multiplyAdds }) => formatCount(multiplyAdds) },
    { title: "moved", align: "right", cell: ({ bytesMoved }) => formatBytes(bytesMoved) },
  ];
  if (!profile) return measures;
  const totalMs = sum(rows).ms;
  const longestMs = Math.max(0, ...rows.map(({ ms }) => ms));
  const decimals = longestMs >= 10 ? 2 : 3;
  return [
    ...measures,
    { title: "ms", align: "right", cell: ({ ms }) => ms.toFixed(decimals) },
    { title: "rate", align: "right", cell: formatRate },
    { title: "share", align: "right", cell: ({ ms }) => formatShare(fraction(ms, totalMs)) },
    { title: "", cell: ({ ms }) => bar(fraction(ms, longestMs), BAR_COLUMNS) },
  ];
}

function summary(plan: Plan, total: Work, profile: PlanProfile | undefined): string[] {
  const { weightsBytes, scratchBytes, activationBytes, memoryBytes } = plan;
  const lines = [
    `work    ${plan.steps.length} steps, ${formatCount(total.multiplyAdds) || "no"} multiply-adds, ${formatBytes(total.bytesMoved)} moved`,
    `memory  ${formatBytes(memoryBytes)}: ${formatBytes(weightsBytes)} weights, ${formatBytes(scratchBytes)} scratch, ` +
      `${formatBytes(activationBytes)} activations, the rest kernels and alignment`,
  ];
  if (profile) {
    const { medianMs, fastestMs, slowestMs, runs, warmUpRuns } = profile;
    lines.push(
      `time    ${threeDigits(medianMs)} ms a run, ${formatRate({ ...total, ms: medianMs })}: median of ${runs} runs ` +
        `from ${threeDigits(fastestMs)} to ${threeDigits(slowestMs)} ms, after ${warmUpRuns} to warm up`,
    );
  }
  return lines;
}

/** Steps summed by kernel: the most multiply-adds first, or the most time where it was measured. */
function sumByKernel(rows: readonly StepRow[]): KernelRow[] {
  const groups = Map.groupBy(rows, ({ step }) => step.kernel);
  return [...groups]
    .map(([kernel, group]) => ({ kernel, steps: group.length, ...sum(group) }))
    .sort((a, b) => b.ms - a.ms || b.multiplyAdds - a.multiplyAdds || b.bytesMoved - a.bytesMoved);
}

function sum(rows: readonly Work[]): Work {
  return rows.reduce(
    (total, { multiplyAdds, bytesMoved, ms }) => ({
      multiplyAdds: total.multiplyAdds + multiplyAdds,
      bytesMoved: total.bytesMoved + bytesMoved,
      ms: total.ms + ms,
    }),
    { multiplyAdds: 0, bytesMoved: 0, ms: 0 },
  );
}

/** What limits the work: multiply-adds a second where there are any, bytes a second elsewhere. */
function formatRate({ multiplyAdds, bytesMoved, ms }: Work): string {
  if (ms === 0) return "";
  return multiplyAdds > 0
    ? `${threeDigits(multiplyAdds / ms / 1e6)} GMAC/s`
    : `${threeDigits(bytesMoved / ms / 1e6)} GB/s`;
}

function fraction(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function inputShapes({ inputs }: PlannedStep): string {
  return inputs.map(formatShape).join(" + ");
}

function shortName(name: string): string {
  const characters = [...name];
  if (characters.length <= NAME_COLUMNS) return printable(name);
  const head = Math.floor((NAME_COLUMNS - 1) / 3);
  const ends = [...characters.slice(0, head), "…", ...characters.slice(head + 1 - NAME_COLUMNS)];
  return printable(ends.join(""));
}

function features({ layer, inPlace }: PlannedStep): string {
  return [
    "filter" in layer ? `${layer.filter.shape[0]}×${layer.filter.shape[1]}` : "",
    "stride" in layer && layer.stride > 1 ? `stride ${layer.stride}` : "",
    "border" in layer && layer.border === "reflect" ? "reflect" : "",
    "bias" in layer && layer.bias ? "bias" : "",
    "activation" in layer ? formatActivation(layer.activation) : "",
    layer.kind === "norm" && layer.inputs.length === 2 ? "residual" : "",
    inPlace ? "in place" : "",
  ]
    .filter((feature) => feature !== "")
    .join(", ");
}

function formatActivation(activation: Activation): string {
  switch (activation.kind) {
    case "none":
      return "";
    case "leakyRelu":
      return `leakyRelu ${Number(activation.slope.toPrecision(3))}`;
    default:
      return activation.kind;
  }
}
