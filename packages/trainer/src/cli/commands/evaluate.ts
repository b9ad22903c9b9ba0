import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { writeAtomically } from "../../checkpoint/atomic-write.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { EvaluateOptions } from "../../evaluation/evaluate-options.ts";
import { openFeatureExtractor } from "../../evaluation/features/open-feature-extractor.ts";
import { type MetricName, metricNames } from "../../evaluation/figures.ts";
import { type FoundReferences, findReferences } from "../../evaluation/find-references.ts";
import { readPalette, seasonsPalette } from "../../evaluation/palette.ts";
import { openReferenceSet, type ReferenceSet } from "../../evaluation/reference-set.ts";
import { reportOf } from "../../evaluation/report.ts";
import { readSegmenter } from "../../evaluation/segmenter/segmenter-directory.ts";
import { openSubject, type Subject } from "../../evaluation/subject.ts";
import { tableOf } from "../../evaluation/table.ts";
import type { DirectionName } from "../../models/trained-model.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions, integerIn, numberIn } from "../options.ts";
import { createProgress, type Progress } from "../progress.ts";

interface EvaluateCommandOptions extends MachineChoice {
  readonly metrics?: readonly MetricName[];
  readonly a?: string;
  readonly b?: string;
  readonly direction?: DirectionName;
  readonly labels?: string;
  readonly labelDomain?: "A" | "B";
  readonly classes?: string;
  readonly segmenter?: string;
  readonly features?: string;
  readonly featureSize?: number;
  readonly featureRange: "-1..1" | "0..1" | "0..255";
  readonly outOfDomain?: string;
  readonly domainThreshold: number;
  readonly maxImages?: number;
  readonly seed: number;
  readonly json?: string;
}

/** `trainer evaluate RUN…`. */
export function addEvaluateCommand(program: Command, context: CliContext): void {
  const command = program
    .command("evaluate")
    .description("measures a run, several of one kind, or a model on test pictures: one table, one JSON")
    .argument("<run...>", "runs' folders (several: mean ± deviation), or a model's, or REGISTRY/models/ID")
    .option(
      "--metrics <names>",
      `comma-separated: ${metricNames.join(", ")}; all that can be taken`,
      metricList,
    )
    .option("--a <folder>", "test pictures of domain A (testA beside the run's trainA)")
    .option("--b <folder>", "test pictures of domain B (testB beside the run's trainB)")
    .addOption(
      new Option("--direction <which>", "this way only; what a published model counts as").choices([
        "a2b",
        "b2a",
      ]),
    )
    .option("--labels <folder>", "true label maps of the test scenes, by the same names")
    .addOption(
      new Option("--label-domain <domain>", "the domain whose pictures are label maps").choices(["A", "B"]),
    )
    .option("--classes <file>", "colours of the classes, as JSON, or: seasons")
    .option("--segmenter <folder>", "segmentation network for the FCN score (see train-segmenter)")
    .option("--features <folder>", "tfjs graph model for FID and KID (a folder with model.json)")
    .option(
      "--feature-size <pixels>",
      "side pictures are resized to for it (what it declares, or as they are)",
      integerIn(8, 2048),
    )
    .addOption(
      new Option("--feature-range <range>", "values it reads")
        .choices(["-1..1", "0..1", "0..255"])
        .default("-1..1"),
    )
    .option("--out-of-domain <folder>", "pictures the domain score is to find (the other domain's)")
    .option(
      "--domain-threshold <score>",
      "score above which a picture is out of the domain",
      numberIn(0, 1000),
      2,
    )
    .option("--max-images <count>", "uses at most this many pictures of each folder", integerIn(1, 1_000_000))
    .option("--seed <number>", "draws KID's subsets", integerIn(0, 2 ** 32 - 1), 1)
    .option(
      "--json <file>",
      "also writes the figures there; - writes them to standard output instead of the table",
    );
  addMachineOptions(command).action(async (paths: readonly string[], options: EvaluateCommandOptions) => {
    await evaluateAndPrint(paths, options, context);
  });
}

async function evaluateAndPrint(
  paths: readonly string[],
  options: EvaluateCommandOptions,
  context: CliContext,
): Promise<void> {
  const [first, ...others] = paths.map((path) => resolve(context.directory, path));
  const open = (path: string) =>
    openSubject(path, options.direction && { publishedDirection: options.direction });
  const subjects: [Subject, ...Subject[]] = [await open(first!)];
  for (const other of others) subjects.push(await open(other));
  await openMachine(options);
  const settings = await settingsOf(subjects, options, context);
  let progress: Progress | undefined;
  try {
    const directions = await evaluate({
      ...settings,
      onProgress(done, total) {
        progress ??= createProgress({
          label: "Evaluating",
          total,
          unit: "pictures",
          target: context.progress,
        });
        progress.update(done);
      },
    });
    progress?.finish();
    const report = reportOf(settings, directions);
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (options.json === "-") return context.print(json.trimEnd());
    for (const line of tableOf(report)) context.print(line);
    if (options.json !== undefined) await writeAtomically(resolve(context.directory, options.json), json);
  } finally {
    settings.segmenter?.dispose();
    settings.features?.dispose();
  }
}

async function settingsOf(
  subjects: readonly [Subject, ...Subject[]],
  options: EvaluateCommandOptions,
  { directory, signal }: CliContext,
): Promise<EvaluateOptions> {
  const { config } = subjects[0];
  const found: FoundReferences = config ? await findReferences(config) : {};
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(directory, path));
  const set = async (path: string | undefined): Promise<ReferenceSet | undefined> =>
    path === undefined ? undefined : openReferenceSet(path, options.maxImages);
  // Folders named by hand are another data set than the one the run's record speaks of.
  const own = options.a === undefined && options.b === undefined;
  const dataSet = own ? found.dataSet : undefined;
  const A = await set(at(options.a) ?? found.a);
  const B = await set(at(options.b) ?? found.b);
  const labels = await set(at(options.labels) ?? (own ? found.labels : undefined));
  const outOfDomain = await set(at(options.outOfDomain));
  const labelDomain = options.labelDomain ?? (dataSet === "seasons-labels" ? "A" : undefined);
  const segmenter = options.segmenter === undefined ? undefined : await readSegmenter(at(options.segmenter)!);
  const named =
    options.classes === undefined || options.classes === "seasons"
      ? undefined
      : await readPalette(at(options.classes)!);
  const drawn = options.classes === "seasons" || dataSet !== undefined ? seasonsPalette : undefined;
  // The segmenter speaks of its own classes.
  const palette = segmenter?.palette ?? named ?? drawn;
  const { featureSize } = options;
  const features =
    options.features === undefined
      ? undefined
      : await openFeatureExtractor(at(options.features)!, {
          range: options.featureRange,
          ...(featureSize !== undefined && { sizePixels: featureSize }),
        });
  const { metrics, direction, domainThreshold, seed } = options;
  return {
    subjects,
    references: { ...(A && { A }), ...(B && { B }) },
    paired: dataSet !== undefined || config?.data.mode === "aligned",
    domainThreshold,
    seed,
    signal,
    ...(metrics && { metrics }),
    ...(direction && { direction }),
    ...(labelDomain && { labelDomain }),
    ...(labels && { labels }),
    ...(palette && { palette }),
    ...(segmenter && { segmenter }),
    ...(features && { features }),
    ...(outOfDomain && { outOfDomain }),
  };
}

function metricList(text: string): readonly MetricName[] {
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if ((metricNames as readonly string[]).includes(name)) continue;
    throw new InvalidArgumentError(`"${name}" is no metric; choose of ${metricNames.join(", ")}.`);
  }
  return [...new Set(names)] as MetricName[];
}
