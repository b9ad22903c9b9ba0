import { mkdir, mkdtemp, readdir, rm, watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createRandom } from "@unpaired/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listCheckpoints } from "./checkpoint-files.ts";
import { verifySafetensors } from "./safetensors.ts";
import { drawPictures, outcomeOf, runTrainer, startTrainer, tinyTraining } from "./test-bench.ts";

/** `UNPAIRED_KILLS=50` gives the process a hard time; a few moments are enough from day to day. */
const kills = Number(process.env.UNPAIRED_KILLS ?? 6);
const steps = kills * 3;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kill-"));
  await drawPictures(directory);
});
afterAll(() => rm(directory, { recursive: true }));

const args = (name: string) => [
  ...["train", ...tinyTraining, "--name", name, "--steps", String(steps)],
  ...["--checkpoint-every", "1", "--log-every", "4", "--threads", "1"],
];

test("a run killed at any moment goes on from its newest whole checkpoint to the very same end", {
  timeout: 60_000 + kills * 20_000,
}, async () => {
  const startMs = performance.now();
  const reference = startTrainer(directory, args("whole"));
  await reference.until("Training ");
  const startupMs = performance.now() - startMs;
  expect(await reference.ended, reference.said()).toBe(0);
  const trainingMs = performance.now() - startMs - startupMs;

  const run = join(directory, "runs", "killed");
  const checkpoints = join(run, "checkpoints");
  const random = createRandom(Number(process.env.UNPAIRED_SEED ?? 1));
  let killed = 0;
  let insideWrite = 0;
  while (killed < kills) {
    const [newest] = await listCheckpoints(checkpoints);
    const begun = (await readdir(run).catch((): string[] => [])).includes("config.json");
    const trainer = startTrainer(
      directory,
      begun ? ["resume", run, "--backend", "wasm", "--threads", "1"] : args("killed"),
    );
    // Now and then before training begins, while data is opened and what earlier kills left is put in order.
    const early = random.uniform() < 0.2;
    if (!early) await trainer.until("Training ");
    const withinMs = early ? startupMs : (1.4 * trainingMs) / kills;
    const moment = setTimeout(random.uniform() * withinMs).then(async () => {
      // Every other time inside the very next write: by chance alone few kills would land there.
      if (!early && killed % 2 === 0) await nextWrite(checkpoints, trainer.ended);
      await setTimeout(random.uniform() * 6);
      return "now" as const;
    });
    if ((await Promise.race([moment, trainer.ended])) === "now") trainer.process.kill("SIGKILL");
    const ended = await trainer.ended;
    expect(["SIGKILL", 0], trainer.said()).toContain(ended);
    if (newest && trainer.said().includes("Training "))
      expect(trainer.said()).toContain(`from step ${newest.step} (checkpoints/`);
    for (const { path } of await listCheckpoints(checkpoints)) await verifySafetensors(path);
    if (ended === 0) break;
    killed++;
    const left = await readdir(checkpoints).catch(() => []);
    if (left.some((name) => name.endsWith(".partial"))) insideWrite++;
    if (newest) expect(left.filter((name) => name.endsWith(".safetensors"))).not.toEqual([]);
  }
  const said = await runTrainer(directory, "resume", run);
  expect(said).toMatch(/Training .* from step \d+ \(checkpoints\/step-\d+\.safetensors\)/);
  expect(await outcomeOf(run)).toEqual(await outcomeOf(join(directory, "runs", "whole")));
  expect((await readdir(run, { recursive: true })).filter((name) => name.endsWith(".partial"))).toEqual([]);
  expect(killed).toBeGreaterThan(kills / 3);
  if (process.env.UNPAIRED_KILLS) console.log(`${killed} kills, ${insideWrite} of them inside a write`);
});

/** Resolves when a file begins to be written in a folder, or `ended` does. */
async function nextWrite(directory: string, ended: Promise<unknown>): Promise<void> {
  await mkdir(directory, { recursive: true });
  const watching = new AbortController();
  ended.then(() => watching.abort());
  try {
    for await (const { filename } of watch(directory, { signal: watching.signal }))
      if (filename?.endsWith(".partial")) return;
  } catch (error) {
    if (!watching.signal.aborted) throw error;
  }
}
