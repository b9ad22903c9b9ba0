import type { FigureHistory } from "../history.ts";
import { type Chart, type DrawnChart, drawChart } from "./chart.ts";
import type { ReportFacts } from "./facts.ts";
import { formatCount } from "./format.ts";
import { groupLosses, lossHint } from "./loss-groups.ts";
import { inWords } from "./words.ts";

type Domains = ReportFacts["settings"]["domains"];

/** The charts as HTML, and what the script needs to read values out. */
export interface CurvesSection {
  readonly html: string;
  readonly readOut: {
    readonly steps: readonly number[];
    readonly charts: Readonly<Record<string, DrawnChart["readOut"]>>;
  };
}

/** Loss curves grouped by what they measure, then pace, learning rate and memory. */
export function curvesSection({ history, settings }: ReportFacts): CurvesSection {
  const steps = history.figures.map(({ step }) => step);
  if (steps.length === 0) {
    const html = `<section class="curves" aria-labelledby="losses-title"><h2 id="losses-title">Losses</h2><p class="empty">Curves begin with the first figures.</p></section>`;
    return { html, readOut: { steps, charts: {} } };
  }
  const losses = lossCharts(history, settings.domains, steps);
  const pace = paceCharts(history, steps);
  const charts: Record<string, DrawnChart["readOut"]> = {};
  const draw = (chart: Chart) => {
    const { html, readOut } = drawChart(chart);
    charts[chart.id] = readOut;
    return html;
  };
  const each =
    history.linesPerPoint > 1
      ? `<p class="note">Each point is the mean of up to ${formatCount(history.linesPerPoint)} log lines.</p>`
      : "";
  const html = `<section class="curves" aria-labelledby="losses-title">
<div class="section-head"><h2 id="losses-title">Losses</h2><p class="at" id="at" aria-live="polite"></p><label class="switch"><input type="checkbox" id="smooth" checked><span>Smooth</span></label></div>
<div class="charts">${losses.map(draw).join("\n")}</div>
<h2>Pace</h2>
<div class="charts small">${pace.map(draw).join("\n")}</div>
${each}
</section>`;
  return { html, readOut: { steps, charts } };
}

function lossCharts(history: FigureHistory, domains: Domains, steps: readonly number[]): Chart[] {
  const names = new Set(history.figures.flatMap(({ losses }) => Object.keys(losses)));
  return groupLosses(names).map(({ stem, terms }, index) => ({
    id: `loss-${index}`,
    title: inWords(stem),
    hint: lossHint(stem),
    steps,
    smooth: true,
    curves: terms.map(({ name, domain }) => ({
      label: domain ? domains[domain] : inWords(name),
      tone: domain === "A" ? "warm" : domain === "B" ? "cool" : "plain",
      values: history.figures.map(({ losses }) => losses[name] ?? Number.NaN),
    })),
  }));
}

function paceCharts({ figures }: FigureHistory, steps: readonly number[]): Chart[] {
  const bytes = figures.map(({ residentBytes }) => residentBytes);
  const gibibytes = bytes.some((value) => value >= 2 ** 31);
  const memoryUnit = gibibytes ? 2 ** 30 : 2 ** 20;
  const alone = (id: string, title: string, label: string, values: readonly number[]): Chart => ({
    id,
    title,
    steps,
    smooth: false,
    curves: [{ label, tone: "plain", values }],
  });
  return [
    alone(
      "learning-rate",
      "Learning rate",
      "",
      figures.map(({ learningRate }) => learningRate),
    ),
    alone(
      "rate",
      "Speed",
      "steps/s",
      figures.map(({ stepsPerSecond }) => stepsPerSecond),
    ),
    alone(
      "memory",
      "Memory",
      gibibytes ? "GiB" : "MiB",
      bytes.map((value) => value / memoryUnit),
    ),
  ];
}
