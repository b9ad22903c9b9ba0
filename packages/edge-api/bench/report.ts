import { summarise } from "@unpaired/engine/bench";
import type { EdgeResults } from "./bench-edge.ts";
import { percentile } from "./percentile.ts";

const STAGES = ["decode", "fit", "infer", "encode"] as const;

/** What was measured, for a reader. */
export function reportLines(results: EdgeResults): string[] {
  const { requests, onnxruntime, ratioToOnnxruntime, throughputs, coldMs, picture, soak } = results;
  const cold = summarise(coldMs);
  const resident = results.residentBytes === undefined ? "unknown" : megabytes(results.residentBytes);
  return [
    `POST /translate, 256×256 JPEG in and out, mobile16, ${picture}, ${requests.samples} rounds in workerd`,
    `  whole request     ${latencyText(requests.samplesMs)}`,
    `  of it             ${STAGES.map((stage) => `${stage} ${stageMs(results, stage).toFixed(1)}`).join(", ")} ms, the rest ${restMs(results).toFixed(1)} ms`,
    `  onnxruntime-web   ${latencyText(onnxruntime.samplesMs)}, its inference alone`,
    `  ratio             ${ratioToOnnxruntime.toFixed(2)} (${ratioSpread(results).map(fixed2).join("–")}), goal 0.60`,
    `  first answer      ${cold.medianMs.toFixed(0)} ms (${cold.minMs.toFixed(0)}–${cold.maxMs.toFixed(0)}) in ${cold.samples} fresh isolates, goal 600 ms`,
    ...throughputs.map(
      ({ concurrency, perSecond, latenciesMs }) =>
        `  ${concurrency} at a time       ${perSecond.toFixed(1)} a second, ${latencyText(latenciesMs)}`,
    ),
    `  memory            ${megabytes(results.heldBytes)} accounted for, at most ${megabytes(results.peakBytes)}; the process has ${resident}`,
    ...(soak ? soakLines(results) : []),
  ];
}

/** What was measured as one JSON object. */
export function reportObject(results: EdgeResults): object {
  const { requests, onnxruntime, throughputs, coldMs, soak } = results;
  return {
    ratioToOnnxruntime: Number(results.ratioToOnnxruntime.toFixed(3)),
    ratioSpread: ratioSpread(results).map((ratio) => Number(ratio.toFixed(3))),
    requestMs: percentiles(requests.samplesMs),
    onnxruntimeMs: percentiles(onnxruntime.samplesMs),
    stagesMs: Object.fromEntries(STAGES.map((stage) => [stage, rounded(stageMs(results, stage))])),
    coldMs: { median: rounded(summarise(coldMs).medianMs), max: rounded(Math.max(...coldMs)) },
    throughput: Object.fromEntries(
      throughputs.map(({ concurrency, perSecond, latenciesMs }) => [
        concurrency,
        { perSecond: rounded(perSecond), ...percentiles(latenciesMs) },
      ]),
    ),
    heldBytes: results.heldBytes,
    peakBytes: results.peakBytes,
    residentBytes: results.residentBytes ?? null,
    ...(soak && { soak: { perSecond: rounded(results.soakPerSecond!), ...soak } }),
  };
}

function soakLines({ soak, soakPerSecond }: EdgeResults): string[] {
  const { sent, statuses, unanswered, withoutRetryAfter, acceptedMs, refusedMs, memoryGrowth } = soak!;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  const growth = memoryGrowth === null ? "unknown" : `${(100 * memoryGrowth).toFixed(1)} %`;
  return [
    `  soak              ${sent} requests at ${soakPerSecond!.toFixed(1)} a second: ${counts.join(", ")}, ${unanswered} unanswered, ${withoutRetryAfter} without retry-after`,
    `    accepted        p50 ${acceptedMs.p50.toFixed(0)}, p99 ${acceptedMs.p99.toFixed(0)} ms: ${fixed2(acceptedMs.p99 / acceptedMs.p50)} times, goal 4`,
    `    refused         p50 ${refusedMs.p50.toFixed(0)}, p99 ${refusedMs.p99.toFixed(0)} ms`,
    `    memory growth   ${growth} from the first quarter to the last, goal 5 %`,
  ];
}

function stageMs({ timings }: EdgeResults, stage: string): number {
  const values = timings.map((timing) => timing[stage] ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function restMs(results: EdgeResults): number {
  const { samplesMs } = results.requests;
  const whole = samplesMs.reduce((sum, value) => sum + value, 0) / samplesMs.length;
  return whole - STAGES.reduce((sum, stage) => sum + stageMs(results, stage), 0);
}

function ratioSpread({ requests, onnxruntime }: EdgeResults): [number, number] {
  const ratios = requests.samplesMs.map((ms, round) => ms / onnxruntime.samplesMs[round]!);
  return [percentile(ratios, 0.05), percentile(ratios, 0.95)];
}

function percentiles(values: readonly number[]) {
  return {
    p50: rounded(percentile(values, 0.5)),
    p95: rounded(percentile(values, 0.95)),
    p99: rounded(percentile(values, 0.99)),
  };
}

function latencyText(values: readonly number[]): string {
  const { p50, p95, p99 } = percentiles(values);
  return `p50 ${p50}, p95 ${p95}, p99 ${p99} ms`;
}

const rounded = (value: number) => Number(value.toFixed(1));
const fixed2 = (value: number) => value.toFixed(2);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
