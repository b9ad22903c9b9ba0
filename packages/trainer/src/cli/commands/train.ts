import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { selectBackend } from "../../backend/select.ts";
import { ConfigError } from "../../errors.ts";
import { resolveConfig, type TrainConfigInput } from "../../run/config.ts";
import { startRun } from "../../run/start-run.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions, integerIn, type MachineOptions, numberIn } from "../options.ts";
import { trainWithProgress } from "../train-with-progress.ts";

interface TrainOptions extends MachineOptions {
  readonly config?: string;
  readonly a?: string;
  readonly b?: string;
  readonly name: string;
  readonly domains?: string;
  readonly loadSize?: number;
  readonly size?: number;
  readonly flip: boolean;
  readonly batch?: number;
  readonly generator?: "resnet" | "mobile-resnet";
  readonly filters?: number;
  readonly blocks?: number;
  readonly upsampling?: "transposed" | "resize";
  readonly discriminatorFilters?: number;
  readonly discriminatorLayers?: number;
  readonly cycle?: number;
  readonly identity?: number;
  readonly learningRate?: number;
  readonly epochs?: number;
  readonly decayEpochs?: number;
  readonly steps?: number;
  readonly pool?: number;
  readonly logEvery?: number;
  readonly sampleEvery?: number;
  readonly checkpointEvery?: number;
  readonly seed?: number;
}

/** `trainer train --a FOLDER --b FOLDER`. */
export function addTrainCommand(program: Command, context: CliContext): void {
  const command = program
    .command("train")
    .description("trains a CycleGAN between two folders of pictures (JPEG, PNG, WebP)")
    .option(
      "--config <file>",
      "settings as JSON, as a run's config.json holds them; options below override it",
    )
    .option("--a <folder>", "pictures of domain A")
    .option("--b <folder>", "pictures of domain B")
    .option("--name <name>", "the run's folder under runs/", "run")
    .option("--domains <a,b>", "names of the domains, such as horse,zebra")
    .option("--size <pixels>", "side of the crops trained on (256)", integerIn(16, 2048))
    .option("--load-size <pixels>", "side images are resized to first (size × 286/256)", integerIn(16, 2048))
    .option("--no-flip", "do not mirror images at random")
    .option("--batch <images>", "images per step (1)", integerIn(1, 64))
    .addOption(new Option("--generator <kind>", "(resnet)").choices(["resnet", "mobile-resnet"]))
    .option("--filters <count>", "generator's channels after the stem (64)", integerIn(2, 512))
    .option("--blocks <count>", "residual blocks (9)", integerIn(1, 9))
    .addOption(new Option("--upsampling <kind>", "(transposed)").choices(["transposed", "resize"]))
    .option("--discriminator-filters <count>", "(64)", integerIn(1, 512))
    .option("--discriminator-layers <count>", "(3)", integerIn(1, 5))
    .option("--cycle <weight>", "λ of the cycle consistency (10)", numberIn(0, 1000))
    .option("--identity <fraction>", "identity loss as a fraction of λ (0.5)", numberIn(0, 10))
    .option("--learning-rate <rate>", "(0.0002)", numberIn(0, 1))
    .option("--epochs <count>", "epochs at the full learning rate (100)", integerIn(0, 10_000))
    .option("--decay-epochs <count>", "epochs of linear decay after them (100)", integerIn(0, 10_000))
    .option("--steps <count>", "end after this many steps at the latest", integerIn(1, 10_000_000))
    .option("--pool <images>", "fakes remembered per domain (50)", integerIn(0, 1000))
    .option("--log-every <steps>", "(50)", integerIn(1, 1_000_000))
    .option("--sample-every <steps>", "(1000)", integerIn(1, 1_000_000))
    .option("--checkpoint-every <steps>", "(1000)", integerIn(1, 1_000_000))
    .option("--seed <number>", "(1)", integerIn(0, 2 ** 32 - 1));
  addMachineOptions(command).action(async (options: TrainOptions) => {
    const config = resolveConfig(await toConfig(options, context.directory));
    await selectBackend(options.backend);
    const runDirectory = resolve(context.directory, "runs", options.name);
    const run = await startRun({ config, runDirectory });
    await trainWithProgress({ ...run, config, runDirectory, machine: options, context });
  });
}

async function toConfig(options: TrainOptions, directory: string): Promise<unknown> {
  const base = options.config === undefined ? {} : await readJson(resolve(directory, options.config));
  const [domainA, domainB, ...more] = options.domains?.split(",") ?? [];
  if (options.domains !== undefined && (domainB === undefined || more.length > 0)) {
    throw new ConfigError(
      `--domains is "${options.domains}"; give two names with a comma between, such as horse,zebra.`,
      {
        code: "invalid_config",
      },
    );
  }
  const folder = (path: string | undefined) => (path === undefined ? undefined : resolve(directory, path));
  const overrides = {
    seed: options.seed,
    domains: domainA === undefined ? undefined : { A: domainA, B: domainB },
    data: {
      directoryA: folder(options.a),
      directoryB: folder(options.b),
      cropSizePixels: options.size,
      loadSizePixels:
        options.loadSize ?? (options.size === undefined ? undefined : Math.round((options.size * 286) / 256)),
      flip: options.flip ? undefined : false,
      batchSize: options.batch,
    },
    generator: {
      kind: options.generator,
      filters: options.filters,
      blocks: options.blocks,
      upsampling: options.upsampling,
    },
    discriminator: { filters: options.discriminatorFilters, layers: options.discriminatorLayers },
    loss: { cycleWeight: options.cycle, identityWeight: options.identity },
    optimizer: { learningRate: options.learningRate },
    schedule: { constantEpochs: options.epochs, decayEpochs: options.decayEpochs, maxSteps: options.steps },
    poolSize: options.pool,
    reporting: {
      logEverySteps: options.logEvery,
      sampleEverySteps: options.sampleEvery,
      checkpointEverySteps: options.checkpointEvery,
    },
  };
  const merged = merge(base, overrides) as Partial<TrainConfigInput>;
  const { directoryA, directoryB, name } = merged.data ?? {};
  if (directoryA === undefined || directoryB === undefined) {
    throw new ConfigError(
      "Two folders of pictures are needed: give --a FOLDER and --b FOLDER, or a --config that names them.",
      {
        code: "invalid_config",
      },
    );
  }
  return { ...merged, data: { ...merged.data, name: name ?? options.name } };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read as JSON; give the path of a configuration file.`, {
      code: "invalid_config",
      cause,
    });
  }
}

/** Lays settings that were given over the ones below, record by record. */
function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(over)) return over;
  const merged: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(over)) {
    const result = merge(merged[key], value);
    if (result !== undefined) merged[key] = result;
  }
  return Object.keys(merged).length > 0 || isRecord(base) ? merged : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
