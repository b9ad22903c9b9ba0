import { createHash } from "node:crypto";
import { curvesSection } from "./curves.ts";
import { commandsSection, environmentSection, settingsSection } from "./details.ts";
import { escapeHtml, scriptJson } from "./escape.ts";
import type { ReportFacts } from "./facts.ts";
import { headSection } from "./head.ts";
import { samplesSection } from "./samples.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

// Names come from outside: even if one got through unescaped, it could run nothing and fetch nothing.
const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`;

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='12' cy='16' r='9' fill='%23e08a3c'/%3E%3Ccircle cx='20' cy='16' r='9' fill='%233f7fc4' fill-opacity='.85'/%3E%3C/svg%3E";

/** A run's report as one HTML document that needs nothing else. */
export function reportPage(facts: ReportFacts): string {
  const { samples, settings, state, name } = facts;
  const curves = curvesSection(facts);
  const latest = samples.at(-1);
  const portrait = latest !== undefined && latest.width < latest.height * 0.85;
  return `<!doctype html>
<html lang="en" data-state="${state}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(name)} · ${state} · Unpaired</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
${headSection(facts)}
<main>
<div class="look${portrait ? " portrait" : ""}">
${samplesSection(samples, firstSampleStep(settings))}
${curves.html}
</div>
${commandsSection(facts)}
${settingsSection(settings)}
${environmentSection(facts.environment)}
</main>
<script type="application/json" id="figures">${scriptJson(curves.readOut)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function firstSampleStep({ reporting }: ReportFacts["settings"]): number | undefined {
  const every = (reporting as { readonly sampleEverySteps?: unknown } | undefined)?.sampleEverySteps;
  return typeof every === "number" ? every : undefined;
}
