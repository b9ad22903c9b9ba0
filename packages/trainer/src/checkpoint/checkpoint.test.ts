import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { checkpointPath } from "./checkpoint-files.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rm(directory, { recursive: true }));

function someCheckpoint(step: number): Checkpoint {
  const weights = (value: number) =>
    new Map([["stem/kernel", { shape: [2, 2], data: Float32Array.of(value, 1, -0, 2) }]]);
  const statistics = new Map([["norm/mean", { shape: [1], data: Float32Array.of(0.5) }]]);
  return {
    step,
    networks: {
      generatorAB: { weights: new Map([...weights(step), ...statistics]), m: weights(0.1), v: weights(0.2) },
      imported: { weights: weights(3), m: new Map(), v: new Map() },
    },
    pools: {
      fakeB: {
        images: [
          { data: Float32Array.of(1, 2, 3), shape: [1, 1, 3] },
          { data: Float32Array.of(4, 5), shape: [2, 1, 1] },
        ],
        random: [1, 2, 3, 4],
      },
    },
    extra: { schedule: { best: 0.1, bad: [1, null, { deep: "ä" }] } },
  };
}

test("a checkpoint comes back as it was saved: bits, shapes, weights without moments, records", async () => {
  await saveCheckpoint(directory, someCheckpoint(7));
  expect(await loadCheckpoint(directory)).toEqual(someCheckpoint(7));
});

test("the newest two are kept, by number and not by name", async () => {
  for (const step of [9_999_998, 9_999_999, 10_000_000])
    await saveCheckpoint(directory, someCheckpoint(step));
  expect((await readdir(directory)).sort()).toEqual([
    "step-10000000.safetensors",
    "step-9999999.safetensors",
  ]);
  expect((await loadCheckpoint(directory)).step).toBe(10_000_000);
});

test("going on from before a damaged checkpoint, the next one takes its place", async () => {
  for (const step of [4, 8]) await saveCheckpoint(directory, someCheckpoint(step));
  await writeFile(checkpointPath(directory, 8), "damaged");
  await saveCheckpoint(directory, someCheckpoint(6));
  expect((await readdir(directory)).sort()).toEqual(["step-0000004.safetensors", "step-0000006.safetensors"]);
});

test("a later whole checkpoint, which only another process can have written, is left alone", async () => {
  for (const step of [8, 4, 5, 6]) await saveCheckpoint(directory, someCheckpoint(step));
  expect((await readdir(directory)).sort()).toEqual(
    [5, 6, 8].map((step) => `step-000000${step}.safetensors`),
  );
});

test("a checkpoint under another step's name is passed over", async () => {
  for (const step of [1, 2]) await saveCheckpoint(directory, someCheckpoint(step));
  await rename(checkpointPath(directory, 2), checkpointPath(directory, 3));
  const damage: string[] = [];
  expect((await loadCheckpoint(directory, ({ message }) => damage.push(message))).step).toBe(1);
  expect(damage).toEqual([expect.stringMatching(/step-0000003\.safetensors .*written in step 2/)]);
});

test("an empty directory has no checkpoint", async () => {
  await expect(loadCheckpoint(directory)).rejects.toMatchObject({ code: "no_checkpoint" });
  await expect(loadCheckpoint(join(directory, "nowhere"))).rejects.toMatchObject({ code: "no_checkpoint" });
});

test.each<[string, (checkpoint: Checkpoint) => Float32Array, RegExp]>([
  [
    "weight",
    ({ networks }) => networks.generatorAB!.weights.get("norm/mean")!.data,
    /norm\/mean of generatorAB/,
  ],
  ["moment", ({ networks }) => networks.generatorAB!.v.get("stem/kernel")!.data, /moment of stem\/kernel/],
  ["pooled image", ({ pools }) => pools.fakeB!.images[1]!.data, /image 1 of pool fakeB/],
])("a %s that is not finite is never written", async (_, pick, message) => {
  await saveCheckpoint(directory, someCheckpoint(1));
  const poisoned = someCheckpoint(2);
  pick(poisoned)[0] = Number.NaN;
  const saving = saveCheckpoint(directory, poisoned);
  await expect(saving).rejects.toMatchObject({ code: "not_finite" });
  await expect(saving).rejects.toThrow(message);
  expect(await readdir(directory)).toEqual(["step-0000001.safetensors"]);
});

test("a record that JSON would change is refused before anything is written", async () => {
  const extra = { schedule: { best: Number.POSITIVE_INFINITY } };
  await expect(saveCheckpoint(directory, { ...someCheckpoint(1), extra })).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
});

test("the same state gives the same bytes", async () => {
  const other = join(directory, "other");
  for (const place of [directory, other]) await saveCheckpoint(place, someCheckpoint(5));
  expect(await readFile(checkpointPath(other, 5))).toEqual(await readFile(checkpointPath(directory, 5)));
});
