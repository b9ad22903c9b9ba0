import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { CheckpointError } from "../errors.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { decodeSafetensors } from "./safetensors.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "checkpoint-"));
});

function someCheckpoint(step: number): Checkpoint {
  const weights = (value: number) =>
    new Map([["stem/kernel", { shape: [2, 2], data: Float32Array.of(value, 1, -0, 2) }]]);
  return {
    step,
    networks: { generatorAB: { weights: weights(step), m: weights(0.1), v: weights(0.2) } },
    pools: { fakeB: { images: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)], random: [1, 2, 3, 4] } },
  };
}

test("a checkpoint comes back as it was saved", async () => {
  await saveCheckpoint(directory, someCheckpoint(7));
  expect(await loadCheckpoint(directory)).toEqual(someCheckpoint(7));
});

test("a damaged checkpoint gives way to the one before it, and that is said", async () => {
  await saveCheckpoint(directory, someCheckpoint(1));
  await saveCheckpoint(directory, someCheckpoint(2));
  const path = join(directory, "latest.safetensors");
  const file = await readFile(path);
  file[file.length - 3]! ^= 4;
  await writeFile(path, file);
  const damage: string[] = [];
  expect((await loadCheckpoint(directory, ({ message }) => damage.push(message))).step).toBe(1);
  expect(damage).toEqual([expect.stringMatching(/latest\.safetensors is damaged: its checksum/)]);
});

test("an empty directory has no checkpoint", async () => {
  await expect(loadCheckpoint(directory)).rejects.toMatchObject({ code: "no_checkpoint" });
  await expect(loadCheckpoint(join(directory, "nowhere"))).rejects.toMatchObject({ code: "no_checkpoint" });
});

test("no mutation of a file gets past the reader with anything but a typed error", async () => {
  await saveCheckpoint(directory, someCheckpoint(3));
  const whole = await readFile(join(directory, "latest.safetensors"));
  const mutation = fc.record({ cut: fc.nat(whole.length - 1), at: fc.nat(whole.length - 1), bit: fc.nat(7) });
  fc.assert(
    fc.property(mutation, ({ cut, at, bit }) => {
      const flipped = Uint8Array.from(whole);
      flipped[at]! ^= 1 << bit;
      for (const file of [whole.subarray(0, cut), flipped]) {
        try {
          decodeSafetensors(file, "the file");
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});
