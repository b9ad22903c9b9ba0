import { resolve } from "node:path";
import { pairsPerParticipant } from "@unpaired/core/contracts";
import { type Command, InvalidArgumentError } from "commander";
import { type AnalysedResults, analyseResults } from "../../study/analyse-results.ts";
import { createStudy } from "../../study/create-study.ts";
import { fetchResults } from "../../study/fetch-results.ts";
import { alignedTable } from "../aligned-table.ts";
import type { CliContext } from "../context.ts";
import { follow } from "../follow.ts";
import { integerIn } from "../options.ts";
import { addRegistryOptions, type RegistryChoice, registryOf } from "../registry-options.ts";

interface CreateOptions extends RegistryChoice {
  readonly real: string;
  readonly fake: ReadonlyMap<string, string>;
  readonly title: string;
  readonly size?: number;
  readonly seed: number;
  readonly url?: string;
}

interface ResultsOptions {
  readonly url: string;
  readonly study: string;
  readonly json?: boolean;
  readonly withoutSuspicious?: boolean;
  readonly resamples: number;
  readonly seed: number;
}

/** `trainer study create` and `results`. */
export function addStudyCommand(program: Command, context: CliContext): void {
  const study = program.command("study").description("asks people which of two pictures looks real");
  addCreateCommand(study, context);
  addResultsCommand(study, context);
}

function addCreateCommand(study: Command, context: CliContext): void {
  const { directory, now, print, signal, progress } = context;
  const command = study
    .command("create")
    .description("puts real pictures and methods' fakes into a registry, for the service to show")
    .requiredOption("--real <folder>", "real pictures")
    .requiredOption("--fake <name=folder>", "a method and its fakes; may be given several times", fakeFolder)
    .option("--title <text>", "what participants read first", "Which picture is real?")
    .option("--size <pixels>", "side of the pictures (256, or what the smallest has)", integerIn(16, 512))
    .option("--seed <number>", "what is paired with what", integerIn(0, 2 ** 32 - 1), 1)
    .option("--url <address>", "where the service answers, to print the participants' link");
  addRegistryOptions(command, "to").action(async (options: CreateOptions) => {
    const { real, fake, title, size, seed, url } = options;
    const registry = registryOf(options, context);
    const report = follow("Preparing", "steps", progress);
    const created = await createStudy({
      registry,
      real: resolve(directory, real),
      fakes: new Map([...fake].map(([name, folder]) => [name, resolve(directory, folder)])),
      title,
      sizePixels: size,
      seed,
      now,
      signal,
      onProgress: report.update,
    }).finally(() => report.finish());
    const { id, picture, scenes, practice } = created.study;
    for (const { name, byName, atRandom, leftOut } of created.paired) {
      const rest = leftOut > 0 ? `, ${leftOut} left out for want of real pictures` : "";
      print(`${name}: ${byName} fakes beside the real picture of their name, ${atRandom} at random${rest}`);
    }
    print(
      `study ${id}: ${practice.length} pairs to practise, ${scenes.length} real pictures to draw from, ${picture.width}×${picture.height}`,
    );
    print(`registry: ${registry.name}`);
    const path = `/studies/${id}`;
    print(
      `participants: ${url === undefined ? `${path} at the service that reads this registry` : url.replace(/\/+$/, "") + path}`,
    );
  });
}

function addResultsCommand(study: Command, context: CliContext): void {
  const { print, signal, environment = process.env } = context;
  study
    .command("results")
    .description("shows how often each method's fakes were taken for real, with 95 % intervals")
    .requiredOption("--url <address>", "where the service answers")
    .requiredOption("--study <id>", "the study")
    .option("--without-suspicious", "leaves out sessions that are marked")
    .option("--resamples <count>", "of the bootstrap", integerIn(100, 100_000), 2_000)
    .option("--seed <number>", "of the bootstrap", integerIn(0, 2 ** 32 - 1), 1)
    .option("--json", "as JSON, for scripts")
    .addHelpText("after", "\nThe service's API key comes from the environment: UNPAIRED_API_KEY.")
    .action(async ({ url, study: id, json, ...options }: ResultsOptions) => {
      const apiKey = environment.UNPAIRED_API_KEY;
      const results = await fetchResults({ url, study: id, apiKey, signal });
      const analysed = analyseResults(results, options);
      if (json) print(JSON.stringify(analysed, null, 2));
      else for (const line of describeResults(analysed)) print(line);
    });
}

function describeResults({ title, study, started, completed, counted, methods, sessions }: AnalysedResults) {
  const percent = (share: number | undefined) =>
    share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
  const rows = methods.map(({ name, fooledShare, interval, pairs, participants, fakes }) => [
    name,
    percent(fooledShare),
    interval ? `${percent(interval.low)} – ${percent(interval.high)}` : "–",
    String(pairs),
    String(participants),
    String(fakes),
  ]);
  const suspicious = sessions.filter(({ suspicions }) => suspicions.length > 0);
  const leftOut = completed - counted;
  return [
    `${title} (${study}): ${completed} of ${started} participants completed their ${pairsPerParticipant} pairs${
      leftOut > 0 ? `, ${leftOut} left out` : ""
    }`,
    "",
    ...alignedTable(["METHOD", "LABELLED REAL", "95 % INTERVAL", "PAIRS", "PARTICIPANTS", "FAKES"], rows),
    ...(suspicious.length === 0 ? [] : ["", "Suspicious sessions:"]),
    ...suspicious.map(
      ({ sequence, suspicions, leftShare, medianResponseMs, medianShownMs, resumes }) =>
        `  ${sequence}: ${suspicions.join(", ")} (left ${percent(leftShare)}, answers after ${Math.round(medianResponseMs)} ms, shown ${Math.round(medianShownMs)} ms, ${resumes} reloads)`,
    ),
  ];
}

function fakeFolder(text: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const [, name, folder] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || folder === undefined) {
    throw new InvalidArgumentError("Give a method's name and its folder: cyclegan=results/cyclegan.");
  }
  if (before.has(name))
    throw new InvalidArgumentError(`${name} is given twice; put its fakes into one folder.`);
  return new Map([...before, [name, folder]]);
}
