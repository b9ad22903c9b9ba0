import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { keepMilestone, restoreMilestone } from "./milestone.ts";

let run: string;
const at = (step: number) => checkpointPath(join(run, "checkpoints"), step);
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "milestone-"));
  await mkdir(join(run, "checkpoints"));
});
afterEach(() => rm(run, { recursive: true, force: true }));

it("gives a run that was stopped twice in its last stretch the checkpoints it would have had", async () => {
  const pace = { steps: 20, every: 4 };
  for (const step of [16, 17]) await writeFile(at(step), String(step));
  await keepMilestone(run, pace);
  await rm(at(16));
  await writeFile(at(19), "19");
  await keepMilestone(run, pace);
  await rm(at(17));
  await writeFile(at(20), "20");
  for (let again = 0; again < 2; again++) {
    await restoreMilestone(run, pace);
    expect(await readdir(run)).toEqual(["checkpoints"]);
    expect((await readdir(join(run, "checkpoints"))).map((name) => name.slice(-14, -12))).toEqual([
      "16",
      "20",
    ]);
    expect(await readFile(at(16), "utf8")).toBe("16");
  }
});
