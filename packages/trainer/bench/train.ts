/**
 * Races whole CycleGAN steps of every backend present, and of PyTorch where it is installed. Each contestant is a process
 * of its own; they take turns, so that what else the machine does meets all of them. The last line is JSON.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runCommandLine } from "@unpaired/engine/bench";
import { detectBackend } from "../src/backend/detect.ts";
import { describe, type Figures, summarise } from "./figures.ts";
import { readOptions, type TrainBenchOptions, USAGE } from "./options.ts";
import { type Field, race, startAll } from "./race.ts";
import { settings } from "./settings.ts";
import { writePictures } from "./write-pictures.ts";

async function main({ rounds, settings: names, threads }: TrainBenchOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "unpaired-bench-"));
  const all: Record<string, Record<string, Figures>> = {};
  try {
    const field = await lineUp(threads, await writePictures(directory));
    console.log(
      `Whole CycleGAN steps, identity loss on, batch 1, pictures read as in training; ${threads} threads, ${rounds} rounds`,
    );
    for (const name of names) {
      const setting = settings[name];
      const { sizePixels, filters, blocks, discriminatorFilters } = setting;
      console.log(
        `\n${name}: ${sizePixels} px, ${filters} filters, ${blocks} blocks, discriminators ${discriminatorFilters}`,
      );
      const contestants = await startAll(name, setting, field);
      for (const [who, figures] of Object.entries(await race(contestants, setting, rounds))) {
        all[who] ??= {};
        all[who][name] = figures;
        console.log(`  ${who.padEnd(12)} ${describe(figures)}`);
      }
    }
  } finally {
    await rm(directory, { recursive: true });
  }
  console.log(JSON.stringify(summarise(all)));
}

async function lineUp(threads: number, folders: Field["folders"]): Promise<Field> {
  const present: Field["present"] = {
    tensorflow: await detectBackend("tensorflow"),
    webgpu: await detectBackend("webgpu"),
    wasm: await detectBackend("wasm"),
  };
  for (const [name, found] of Object.entries(present)) {
    console.log(`${name.padEnd(12)} ${found.available ? found.description : `skipped: ${found.reason}`}`);
  }
  const python = await pytorch();
  console.log(`${"pytorch".padEnd(12)} ${python ?? "skipped: python3 cannot import torch"}`);
  return { present, python: python !== undefined, threads, folders };
}

async function pytorch(): Promise<string | undefined> {
  const program = "import torch; print('PyTorch', torch.__version__)";
  return promisify(execFile)("python3", ["-c", program], { timeout: 120_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

await runCommandLine({ readOptions, usage: USAGE, main });
