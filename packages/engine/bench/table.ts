import { formatBytes, formatCount } from "../src/plan/quantity.ts";
import { type Column, textTable } from "../src/plan/text-table.ts";
import type { ContestantName } from "./contestants/contestant.ts";
import type { HeldMemory } from "./hosts/entrant.ts";
import type { Figures, ModelResult } from "./results.ts";
import { timesAsLong } from "./statistics.ts";

const titles: Readonly<Record<ContestantName, string>> = {
  engine: "engine",
  engineFloat: "engine, float",
  onnxruntime: "onnxruntime-web",
  tfjs: "tfjs-wasm",
};

interface Row {
  readonly name: ContestantName;
  readonly figures: Figures;
}

/** What one model came to in one runtime, for a reader: a row per contestant, then memory, and who could not run. */
export function resultLines(result: ModelResult): string[] {
  const { figures, failures, runtime, model, sizePixels, multiplyAdds, judge } = result;
  const rows = [...figures].map(([name, its]): Row => ({ name, figures: its }));
  const rounds = rows[0]?.figures.timing.samples ?? 0;
  const size = `${sizePixels}×${sizePixels}`;
  return [
    `${model} in ${runtime}: ${size}, ${formatCount(multiplyAdds)}MAC, one thread, ${rounds} rounds`,
    ...textTable(columns(figures), rows).map((line) => `  ${line}`),
    ...memoryLines(figures.get("engine")?.memory),
    `  differences are from ${judge}`,
    ...(runtime === "workerd" ? ["  workerd's clock ticks in whole milliseconds"] : []),
    ...[...failures].map(([name, reason]) => `  ${titles[name]} did not run: ${reason}`),
  ];
}

function columns(figures: ModelResult["figures"]): Column<Row>[] {
  const against = (name: ContestantName): Column<Row> => ({
    title: `× ${titles[name]}`,
    align: "right",
    cell(row) {
      const other = figures.get(name);
      if (!other || row.name === name) return "";
      return `${timesAsLong(other.timing, row.figures.timing).toFixed(2)}×`;
    },
  });
  return [
    { title: "", cell: ({ name }) => titles[name] },
    { title: "median ms", align: "right", cell: (row) => row.figures.timing.medianMs.toFixed(1) },
    {
      title: "min–max ms",
      align: "right",
      cell: ({ figures: { timing } }) => `${timing.minMs.toFixed(1)}–${timing.maxMs.toFixed(1)}`,
    },
    against("onnxruntime"),
    against("tfjs"),
    { title: "first output ms", align: "right", cell: (row) => row.figures.coldMs.toFixed(0) },
    {
      title: "largest difference",
      align: "right",
      cell: ({ figures: { deviation } }) => deviation.largest.toExponential(1),
    },
    {
      title: "PSNR dB",
      align: "right",
      cell: ({ figures: { deviation } }) => deviation.psnrDb.toFixed(1),
    },
  ];
}

function memoryLines(memory: HeldMemory | undefined): string[] {
  if (!memory) return [];
  const { webAssembly, javaScript } = memory;
  const parts = `${formatBytes(webAssembly)} of WebAssembly memory and ${formatBytes(javaScript)} of JavaScript's`;
  return [`  the engine holds ${formatBytes(webAssembly + javaScript)} after a run: ${parts}`];
}
