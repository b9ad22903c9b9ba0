import type { Turn } from "./contestant.ts";

/** What a contestant came to in one setting. */
export interface Figures {
  readonly stepMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  readonly stepsPerSecond: number;
  readonly cpuMsPerStep: number;
  readonly dataShare?: number;
  readonly residentMegabytes?: number;
  /** By the step's time, and by the processor time it took, which what else the machine does leaves alone. */
  readonly gmacPerSecondPerCore?: number;
  readonly gmacPerProcessorSecond?: number;
  readonly gpuMegabytes?: number;
  readonly gpuUtilisation?: number;
}

/** Medians and sums over a contestant's turns. */
export function figuresOf(
  turns: readonly Turn[],
  { multiplyAdds }: Readonly<Record<string, unknown>>,
): Figures {
  const times = turns.flatMap(({ timesMs }) => timesMs).toSorted((a, b) => a - b);
  const total = times.reduce((sum, time) => sum + time, 0);
  const stepMs = times[times.length >> 1]!;
  const sum = (part: (turn: Turn) => number) => turns.reduce((all, turn) => all + part(turn), 0);
  const cpuMsPerStep = sum(({ cpuMs }) => cpuMs) / times.length;
  const resident = turns.at(-1)?.residentBytes;
  return {
    stepMs,
    fastestMs: times[0]!,
    slowestMs: times.at(-1)!,
    stepsPerSecond: 1000 / stepMs,
    cpuMsPerStep,
    ...(turns[0]?.waitedMs !== undefined && { dataShare: sum(({ waitedMs = 0 }) => waitedMs) / total }),
    ...(resident !== undefined && { residentMegabytes: resident / 1e6 }),
    ...(typeof multiplyAdds === "number" && {
      gmacPerSecondPerCore: multiplyAdds / 1e6 / stepMs,
      gmacPerProcessorSecond: multiplyAdds / 1e6 / cpuMsPerStep,
    }),
  };
}

/** Figures as one line. */
export function describe(figures: Figures): string {
  const { stepMs, fastestMs, slowestMs, cpuMsPerStep, dataShare, residentMegabytes } = figures;
  const parts = [
    `${stepMs.toFixed(0)} ms (${fastestMs.toFixed(0)}–${slowestMs.toFixed(0)})`,
    `${cpuMsPerStep.toFixed(0)} ms of processor`,
    dataShare !== undefined && `data ${(dataShare * 100).toFixed(1)} %`,
    residentMegabytes !== undefined && `${residentMegabytes.toFixed(0)} MB`,
    figures.gmacPerSecondPerCore !== undefined && `${figures.gmacPerSecondPerCore.toFixed(1)} GMAC/s`,
    figures.gpuMegabytes !== undefined && `GPU ${figures.gpuMegabytes} MB, ${figures.gpuUtilisation} % busy`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** All figures by contestant and setting, and their ratios to PyTorch's. */
export function summarise(all: Readonly<Record<string, Record<string, Figures>>>): object {
  const pytorch = all.pytorch ?? {};
  const ratios = (who: string) =>
    Object.fromEntries(
      Object.entries(all[who] ?? {}).flatMap(([name, { stepMs, cpuMsPerStep }]) => {
        const other = pytorch[name];
        return other
          ? [[name, { wall: stepMs / other.stepMs, processor: cpuMsPerStep / other.cpuMsPerStep }]]
          : [];
      }),
    );
  return {
    tensorflow: {
      ratioToPytorch: ratios("tensorflow").paper?.wall ?? null,
      ratios: ratios("tensorflow"),
      ...all.tensorflow,
    },
    wasm: {
      gmacPerSecondPerCore: all["wasm-1"]?.small?.gmacPerSecondPerCore ?? null,
      gmacPerProcessorSecond: all["wasm-1"]?.small?.gmacPerProcessorSecond ?? null,
      oneThread: all["wasm-1"] ?? null,
      twoThreads: all["wasm-2"] ?? null,
    },
    webgpu: { ratios: ratios("webgpu"), ...all.webgpu },
    pytorch,
  };
}
