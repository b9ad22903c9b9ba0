import type { Command } from "commander";
import { type ListedModel, type ListedVersion, listPublished } from "../../publish/list-published.ts";
import { alignedTable } from "../aligned-table.ts";
import type { CliContext } from "../context.ts";
import { addRegistryOptions, type RegistryChoice, registryOf } from "../registry-options.ts";

interface ListCommandOptions extends RegistryChoice {
  readonly json?: boolean;
}

/** `trainer list [MODEL]`. */
export function addListCommand(program: Command, context: CliContext): void {
  const command = program
    .command("list")
    .description("shows what is published: models, versions, which one readers are given")
    .argument("[model]", "one model alone: summer2winter");
  addRegistryOptions(command, "registry")
    .option("--json", "as JSON, for scripts")
    .action(async (model: string | undefined, { json, ...choice }: ListCommandOptions) => {
      const registry = registryOf(choice, context);
      const models = await listPublished(registry, model, context.signal);
      if (json) context.print(JSON.stringify({ registry: registry.name, models }, null, 2));
      else if (models.length === 0) context.print(`Nothing is published in ${registry.name}.`);
      else for (const line of describe(models)) context.print(line);
    });
}

function describe(models: readonly ListedModel[]): string[] {
  const rows = models.flatMap(({ id, versions }) => versions.map((version) => row(id, version)));
  const lines = alignedTable(["MODEL", "VERSION", "CURRENT", "PUBLISHED", "SIZE", "METHOD", "METRICS"], rows);
  for (const { id, current } of models) {
    if (current === undefined) {
      lines.push(
        `${id}: nothing says which version is current; name one with trainer rollback ${id} --to-version.`,
      );
    }
  }
  return lines;
}

function row(id: string, listed: ListedVersion): string[] {
  const { version, current, createdAt, filesBytes, quantization, method, metrics = {}, problem } = listed;
  const mark = current ? "current" : "";
  if (problem !== undefined) return [id, version, mark, problem, "", "", ""];
  return [
    id,
    version,
    mark,
    createdAt?.replace("T", " ").slice(0, 16).concat("Z") ?? "",
    `${Math.ceil((filesBytes ?? 0) / 1024)} KiB ${quantization}`,
    method ?? "",
    Object.entries(metrics)
      .slice(0, 3)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
      .join(", "),
  ];
}
