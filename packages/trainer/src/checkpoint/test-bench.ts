import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import sharp from "sharp";

const main = new URL("../cli/main.ts", import.meta.url).pathname;

/** The command that starts the real trainer in a process of its own. */
export const trainerCommand: readonly [string, ...string[]] = [
  process.execPath,
  "--experimental-strip-types",
  "--disable-warning=ExperimentalWarning",
  main,
];

/** The smallest networks and pictures that still have every part of a checkpoint: moments, full pools, random states. */
export const tinyTraining = [
  ["--a", "A", "--b", "B", "--size", "16", "--load-size", "18", "--pool", "3"],
  ["--filters", "4", "--blocks", "1", "--discriminator-filters", "4", "--discriminator-layers", "1"],
  ["--backend", "wasm", "--sample-every", "1000000"],
].flat();

/** Draws five little pictures of each domain into `A/` and `B/`. */
export async function drawPictures(directory: string): Promise<void> {
  for (const [seed, domain] of ["A", "B"].entries()) {
    const random = createRandom(seed);
    await mkdir(join(directory, domain), { recursive: true });
    for (let index = 0; index < 5; index++) {
      const raw = { width: 18, height: 18, channels: 3 } as const;
      const pixels = Uint8Array.from({ length: 18 * 18 * 3 }, () => random.integer(256));
      await sharp(pixels, { raw })
        .png()
        .toFile(join(directory, domain, `${index}.png`));
    }
  }
}

/** A trainer that runs. */
export interface RunningTrainer {
  readonly process: ChildProcess;
  /** What it has said so far, on both streams. */
  said(): string;
  /** Resolves when the text was said, or the process ended without it. */
  until(text: string): Promise<void>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `trainer …` in a folder. */
export function startTrainer(
  directory: string,
  args: readonly string[],
  command: readonly string[] = trainerCommand,
): RunningTrainer {
  const [program, ...rest] = [...command, ...args];
  const child = spawn(program!, rest, { cwd: directory, env: { ...process.env, INIT_CWD: directory } });
  let said = "";
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? signal!));
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return {
    process: child,
    said: () => said,
    until: (text) =>
      Promise.race([
        ended.then(() => {}),
        new Promise<void>((resolve) => {
          const look = () => {
            if (said.includes(text)) resolve();
          };
          child.stderr.on("data", look);
          child.stdout.on("data", look);
          look();
        }),
      ]),
    ended,
  };
}

/** Runs `trainer …` to its end and fails with what it said unless it exits with 0. */
export async function runTrainer(directory: string, ...args: string[]): Promise<string> {
  const trainer = startTrainer(directory, args);
  const code = await trainer.ended;
  if (code !== 0) throw new Error(`trainer ${args.join(" ")} ended with ${code}:\n${trainer.said()}`);
  return trainer.said();
}

/** What a run must reach however often it was stopped: its checkpoints, its samples, its figures without timings. */
export async function outcomeOf(runDirectory: string): Promise<Record<string, string>> {
  const outcome: Record<string, string> = {};
  for (const folder of ["checkpoints", "samples"]) {
    for (const name of await readdir(join(runDirectory, folder)))
      outcome[`${folder}/${name}`] = sha256(await readFile(join(runDirectory, folder, name)));
  }
  return { ...outcome, metrics: await metricsOf(runDirectory) };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The figures of a run, one line each, without what differs from one computer and day to the next. */
export async function metricsOf(runDirectory: string): Promise<string> {
  const lines = (await readFile(join(runDirectory, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
  return lines
    .map((line) => {
      const { stepsPerSecond: _, residentBytes: __, tensors: ___, ...lasting } = JSON.parse(line);
      return JSON.stringify(lasting);
    })
    .join("\n");
}
