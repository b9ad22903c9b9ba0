import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCheckpoint } from "./checkpoint.ts";
import { drawPictures, startTrainer, tinyTraining } from "./test-bench.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interrupt-"));
  await drawPictures(directory);
});
afterAll(() => rm(directory, { recursive: true }));

const args = (name: string) => [
  "train",
  ...tinyTraining,
  "--name",
  name,
  "--steps",
  "1000",
  "--threads",
  "1",
];

test.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM"] as const)(
  "%s finishes the step, saves it and exits with 0",
  async (signal) => {
    const trainer = startTrainer(directory, args(signal));
    await trainer.until("Training ");
    await setTimeout(500);
    trainer.process.kill(signal);
    expect(await trainer.ended, trainer.said()).toBe(0);
    const stopped = /Stopped after step (\d+) of 1000 and saved; go on with: trainer resume (\S+)/.exec(
      trainer.said(),
    );
    expect(stopped, trainer.said()).not.toBeNull();
    const step = Number(stopped![1]);
    expect(step).toBeGreaterThan(0);
    const checkpoints = join(directory, stopped![2]!, "checkpoints");
    expect((await loadCheckpoint(checkpoints)).step).toBe(step);
    expect(await readdir(checkpoints)).toHaveLength(1);
  },
);

test.skipIf(process.platform === "win32")("a second Ctrl-C ends the process at once", async () => {
  // Networks of the usual width: saving them takes long enough to be interrupted.
  const large = ["--filters", "64", "--discriminator-filters", "64", "--discriminator-layers", "2"];
  const trainer = startTrainer(directory, [...args("twice"), ...large]);
  await trainer.until("Training ");
  trainer.process.kill("SIGINT");
  await trainer.until("a second Ctrl-C");
  trainer.process.kill("SIGINT");
  expect(await trainer.ended, trainer.said()).toBe("SIGINT");
  const checkpoints = join(directory, "runs", "twice", "checkpoints");
  expect((await readdir(checkpoints).catch(() => [])).filter((name) => !name.endsWith(".partial"))).toEqual(
    [],
  );
});
