import type { Environment } from "../environment.ts";
import { escapeHtml, escapePath, shellArgument } from "./escape.ts";
import type { ReportFacts, ReportSettings } from "./facts.ts";
import { formatBytes } from "./format.ts";
import { inWords } from "./words.ts";

type Row = readonly [name: string, value: string];

/** The commands a reader wants next, ready to copy. */
export function commandsSection({ state, place, name }: ReportFacts): string {
  const run = shellArgument(place);
  const commands: Row[] = [
    ...(state === "finished"
      ? []
      : [
          [
            state === "training" ? "Go on after a stop" : "Go on with it",
            `pnpm trainer resume ${run}`,
          ] as const,
        ]),
    ["Publish it", `pnpm trainer publish ${run}`],
    [
      "Train it again",
      `pnpm trainer train --config ${shellArgument(`${place}/config.json`)} --name ${shellArgument(`${name}-again`)}`,
    ],
    ["Watch it in TensorBoard", `tensorboard --logdir ${run}`],
  ];
  const items = commands
    .map(
      ([name, command]) =>
        `<li><span>${name}</span><code>${escapePath(command)}</code><button type="button" class="copy" hidden aria-label="Copy the command: ${name}">Copy</button></li>`,
    )
    .join("\n");
  return `<section class="commands" aria-labelledby="commands-title"><h2 id="commands-title">What next</h2><ul>${items}</ul></section>`;
}

/** The resolved settings, as the run's `config.json` holds them. */
export function settingsSection(settings: ReportSettings): string {
  const general: Row[] = [];
  const groups: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    if (isRecord(value)) groups.push(definitions(inWords(name), rowsOf(value)));
    else general.push(row(name, value));
  }
  return `<section class="details" aria-labelledby="settings-title"><h2 id="settings-title">Settings</h2><div class="groups">
${[definitions("Run", general), ...groups].join("\n")}
</div></section>`;
}

/** What the run trains on. */
export function environmentSection(environment: Environment): string {
  const { backend, threads, device, cpu, cores, memoryBytes, operatingSystem, node, versions } = environment;
  const compute: Row[] = [
    ["Backend", backend],
    ["Threads", String(threads)],
    ...(device === undefined ? [] : [["Device", device] as const]),
  ];
  const machine: Row[] = [
    ["Processor", cpu],
    ["Cores", String(cores)],
    ["Memory", formatBytes(memoryBytes)],
    ["System", operatingSystem],
  ];
  const software: Row[] = [["Node.js", node], ...Object.entries(versions)];
  return `<section class="details" aria-labelledby="environment-title"><h2 id="environment-title">Environment</h2><div class="groups">
${definitions("Compute", compute)}
${definitions("Machine", machine)}
${definitions("Versions", software)}
</div></section>`;
}

function definitions(title: string, rows: readonly Row[]): string {
  const items = rows
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapePath(value)}</dd></div>`)
    .join("");
  return `<div class="group"><h3>${escapeHtml(title)}</h3><dl>${items}</dl></div>`;
}

function rowsOf(settings: Readonly<Record<string, unknown>>, before = ""): Row[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    isRecord(value) ? rowsOf(value, `${before}${inWords(name)} · `) : [row(name, value, before)],
  );
}

/** Units that names end in stand behind the value. */
function row(name: string, value: unknown, before = ""): Row {
  const [, stem, unit] = /^(.+)(Pixels|Steps|Epochs)$/.exec(name) ?? [];
  if (typeof value !== "number" || !stem || !unit) return [before + inWords(name), inText(value)];
  return [before + inWords(stem), `${inText(value)} ${unit === "Pixels" ? "px" : unit.toLowerCase()}`];
}

function inText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return value === null || value === undefined ? "–" : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
