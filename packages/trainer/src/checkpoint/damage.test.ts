import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { checkpointPath } from "./checkpoint-files.ts";

let directory: string;
let whole: { readonly first: Buffer; readonly second: Buffer };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "damage-"));
  for (const step of [1, 2]) await saveCheckpoint(directory, someCheckpoint(step));
  whole = { first: await readFile(path(1)), second: await readFile(path(2)) };
});
beforeEach(async () => {
  await writeFile(path(1), whole.first);
  await writeFile(path(2), whole.second);
});
afterAll(() => rm(directory, { recursive: true }));

const path = (step: number) => checkpointPath(directory, step);

/** Bytes of the data section that each part takes, in the order they are laid out. */
const partBytes = 4 * 64;

function someCheckpoint(step: number): Checkpoint {
  const random = createRandom(step);
  const data = () => Float32Array.from({ length: 64 }, () => random.normal());
  const weights = () => new Map([["stem/kernel", { shape: [8, 8], data: data() }]]);
  return {
    step,
    networks: { generatorAB: { weights: weights(), m: weights(), v: weights() } },
    pools: { fakeB: { images: [{ data: data(), shape: [8, 8, 1] }], random: random.state() } },
    extra: { schedule: { best: 0.5 } },
  };
}

async function flip(file: string, offset: number, bit: number): Promise<void> {
  const handle = await open(file, "r+");
  const byte = new Uint8Array(1);
  await handle.read(byte, 0, 1, offset);
  byte[0]! ^= 1 << bit;
  await handle.write(byte, 0, 1, offset);
  await handle.close();
}

async function expectPassedOver(): Promise<void> {
  const passedOver: string[] = [];
  const found = await loadCheckpoint(directory, ({ message }) => passedOver.push(message));
  expect(found).toEqual(someCheckpoint(1));
  expect(passedOver).toEqual([
    expect.stringMatching(/step-0000002\.safetensors is (damaged: |no checkpoint)/),
  ]);
}

describe("a flipped bit", () => {
  const inHeader = (text: string) => (file: Buffer) => file.indexOf(text) + text.length + 1;
  const inPart = (index: number) => (file: Buffer) => file.length - partBytes * (4 - index) + 77;
  test.each<[string, (file: Buffer) => number]>([
    ["the header's length", () => 1],
    ["the header's first character", () => 8],
    ["the checksum", inHeader('"sha256":"')],
    ["the step", (file) => file.indexOf('\\"step\\":') + 9],
    ["the random state", inHeader('\\"random\\":[')],
    ["a schedule's record", inHeader('\\"best\\":')],
    ["a tensor's name", inHeader("generatorAB:weights:stem")],
    ["a tensor's shape", inHeader('"shape":')],
    ["the header's padding", (file) => file.length - partBytes * 4 - 1],
    ["a weight", inPart(0)],
    ["a first moment", inPart(1)],
    ["a second moment", inPart(2)],
    ["a pooled image", inPart(3)],
    ["the last byte", (file) => file.length - 1],
  ])("in %s is found, and the checkpoint before is used", async (_, offsetIn) => {
    const offset = offsetIn(whole.second);
    expect(offset).toBeGreaterThan(0);
    await flip(path(2), offset, 1);
    await expectPassedOver();
  });

  test("anywhere at all is found", async () => {
    const random = createRandom(7);
    for (let turn = 0; turn < 150; turn++) {
      await writeFile(path(2), whole.second);
      await flip(path(2), random.integer(whole.second.length), random.integer(8));
      await expectPassedOver();
    }
  });
});

test.each([0, 7, 8, 90, 120, 0.3, 0.6, 0.9, -1])("a file cut off at %d is passed over", async (place) => {
  const { length } = whole.second;
  const bytes = place < 0 ? length + place : place > 0 && place < 1 ? Math.round(length * place) : place;
  await truncate(path(2), bytes);
  await expectPassedOver();
});

test("bytes behind the end are found", async () => {
  await writeFile(path(2), Buffer.concat([whole.second, Buffer.of(0)]));
  await expectPassedOver();
});

test("a header that claims more than the file holds costs no memory", async () => {
  const header = JSON.stringify({
    __metadata__: { sha256: "0".repeat(64), state: "" },
    huge: { dtype: "F32", shape: [2 ** 40], data_offsets: [0, 2 ** 42] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path(2), Buffer.concat([length, Buffer.from(header)]));
  await expectPassedOver();
});

test("when none is whole, one error names each of them and the cure", async () => {
  await truncate(path(1), 5);
  await flip(path(2), whole.second.length - 1, 0);
  const loading = loadCheckpoint(directory);
  await expect(loading).rejects.toMatchObject({ code: "damaged_checkpoint" });
  await expect(loading).rejects.toThrow(
    /is whole: .*step-0000002\.safetensors is damaged.*step-0000001\.safetensors is damaged.*Put a copy/,
  );
});
