import { duration } from "../../cli/progress.ts";
import type { RunState } from "../run-state.ts";
import { escapeHtml } from "./escape.ts";
import type { ReportFacts } from "./facts.ts";
import { formatBytes, formatCount, formatFigure } from "./format.ts";

const stateNames: Readonly<Record<RunState, string>> = {
  training: "Training",
  finished: "Finished",
  stopped: "Stopped",
  diverged: "Diverged",
  failed: "Failed",
};

/** The head line: which run, how it stands, how far it is. */
export function headSection(facts: ReportFacts): string {
  const { name, state, message, step, totalSteps, settings, writtenMs, nextWriteMs } = facts;
  const { A, B } = settings.domains;
  const share = totalSteps > 0 ? Math.min(1, step / totalSteps) : 1;
  const percent = Math.floor(share * 100);
  const written = new Date(writtenMs).toISOString();
  const figures = headFigures(facts)
    .map(
      ([label, value, unit]) =>
        `<div><dt>${label}</dt><dd>${escapeHtml(value)}${unit ? ` <small>${escapeHtml(unit)}</small>` : ""}</dd></div>`,
    )
    .join("");
  return `<header class="head">
<div class="title">
<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><circle class="from" cx="12" cy="16" r="9"/><circle class="to" cx="20" cy="16" r="9"/></svg>
<div><h1>${escapeHtml(name)}</h1>
<p class="domains"><span class="warm">${escapeHtml(A)}</span> <span class="cool">${escapeHtml(B)}</span></p></div>
<p class="state ${state}" id="state"><span>${stateNames[state]}</span></p>
</div>
<div class="bar" role="progressbar" aria-label="Steps done" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${percent}"><i style="width:${(share * 100).toFixed(2)}%"></i></div>
<div class="standing"><dl class="figures">${figures}</dl>
<p class="written">Written <time id="written" datetime="${written}" data-next="${new Date(nextWriteMs).toISOString()}">${written.slice(0, 16).replace("T", " ")} UTC</time><span id="reload" hidden></span></p></div>
${message ? `<div class="notice" role="status"><p>${escapeHtml(message)}</p></div>` : ""}
<div class="notice quiet" id="silent" role="status" hidden><p>Nothing was written since; the run may have been cut off. It goes on from its newest checkpoint with the command below.</p></div>
</header>`;
}

type HeadFigure = readonly [label: string, value: string, unit?: string | undefined];

function headFigures({ state, step, totalSteps, history }: ReportFacts): HeadFigure[] {
  const rate = recentRate(history.figures.map(({ stepsPerSecond }) => stepsPerSecond));
  const { latest } = history;
  const left = rate > 0 ? duration((totalSteps - step) / rate) : "–";
  const figures: HeadFigure[] = [
    ["Step", formatCount(step), `of ${formatCount(totalSteps)}`],
    ["Pace", rate > 0 ? formatFigure(rate) : "–", rate > 0 ? "steps/s" : undefined],
  ];
  if (state === "training") figures.push(["Time left", left]);
  figures.push(["Time spent", history.trainingSeconds > 0 ? duration(history.trainingSeconds) : "–"]);
  const memory = latest && Number.isFinite(latest.residentBytes) ? formatBytes(latest.residentBytes) : "–";
  figures.push(["Memory", memory]);
  return figures;
}

/** The pace of the last few log lines, which one slow step does not upset. */
function recentRate(rates: readonly number[]): number {
  const recent = rates.filter((rate) => Number.isFinite(rate) && rate > 0).slice(-5);
  return recent.length > 0 ? recent.length / recent.reduce((sum, rate) => sum + 1 / rate, 0) : 0;
}
