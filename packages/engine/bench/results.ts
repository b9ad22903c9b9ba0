import type { ContestantName } from "./contestants/contestant.ts";
import type { HeldMemory, RuntimeName } from "./hosts/entrant.ts";
import { type Deviation, type Timing, timesAsLong } from "./statistics.ts";

/** What one contestant came to. */
export interface Figures {
  readonly timing: Timing;
  /** Median milliseconds from published bytes to the first output in a fresh process. */
  readonly coldMs: number;
  readonly deviation: Deviation;
  /** The engine's alone; the others do not tell theirs. */
  readonly memory?: HeldMemory;
}

/** What one model came to in one runtime; a contestant that could not run has a reason instead of figures. */
export interface ModelResult {
  readonly runtime: RuntimeName;
  readonly model: string;
  readonly sizePixels: number;
  readonly multiplyAdds: number;
  /** Who judged the outputs, on what. */
  readonly judge: string;
  readonly figures: ReadonlyMap<ContestantName, Figures>;
  readonly failures: ReadonlyMap<ContestantName, string>;
}

/** The figures of all models in all runtimes as one JSON object: runtime → model → figures, null where there are none. */
export function resultsObject(results: readonly ModelResult[]): Record<string, Record<string, object>> {
  const object: Record<string, Record<string, object>> = {};
  for (const result of results) {
    object[result.runtime] ??= {};
    object[result.runtime]![result.model] = modelObject(result);
  }
  return object;
}

function modelObject({ figures, failures, sizePixels, judge }: ModelResult): object {
  const engine = figures.get("engine");
  const float = figures.get("engineFloat");
  const medianMs = (name: ContestantName) => rounded(figures.get(name)?.timing.medianMs, 1);
  const ratio = (name: ContestantName) => {
    const other = figures.get(name);
    return rounded(engine && other && timesAsLong(other.timing, engine.timing), 2);
  };
  return {
    engineMs: medianMs("engine"),
    onnxruntimeMs: medianMs("onnxruntime"),
    tfjsMs: medianMs("tfjs"),
    bytes: engine?.memory ? engine.memory.webAssembly + engine.memory.javaScript : null,
    maxError: significant(engine?.deviation.largest),
    meanError: significant(engine?.deviation.mean),
    psnrDb: rounded(engine?.deviation.psnrDb, 1),
    coldMs: rounded(engine?.coldMs, 1),
    timesOnnxruntime: ratio("onnxruntime"),
    timesTfjs: ratio("tfjs"),
    engineFloatMs: medianMs("engineFloat"),
    engineFloatMaxError: significant(float?.deviation.largest),
    webAssemblyBytes: engine?.memory?.webAssembly ?? null,
    spreadMs: Object.fromEntries(
      [...figures].map(([name, { timing }]) => [name, [rounded(timing.minMs, 1), rounded(timing.maxMs, 1)]]),
    ),
    sizePixels,
    judge,
    ...(failures.size > 0 && { failures: Object.fromEntries(failures) }),
  };
}

function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));
}

function significant(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(3));
}
