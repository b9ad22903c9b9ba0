import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { graphFiles, jsonOf, weight, windowAttributes } from "../testing/graph-files.ts";
import { readModel } from "./read-model.ts";
import { MAX_WEIGHTS_BYTES } from "./read-shards.ts";

const files = graphFiles(
  [{ name: "y", op: "Conv2D", input: ["input", "kernel"], attr: windowAttributes(1, "SAME") }],
  { kernel: weight(3, 3, 3, 2) },
);
const shard = files.weights[0]!;
let outside: string;
let folder: string;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), "read-model-"));
  folder = join(outside, "model");
  await mkdir(folder);
  await writeFile(join(outside, "secret.bin"), shard);
});

afterEach(() => rm(outside, { recursive: true }));

/** Reads the model after giving its only group these paths. */
async function readWith(...paths: unknown[]) {
  const json = jsonOf(files);
  json.weightsManifest[0].paths = paths;
  await writeFile(join(folder, "model.json"), JSON.stringify(json));
  return readModel(join(folder, "model.json"));
}

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: "unreadable_model", message: expect.stringMatching(message) });

test("shards may lie in folders of their own, come in parts, and be links that stay inside", async () => {
  await mkdir(join(folder, "weights"));
  await writeFile(join(folder, "weights/a.bin"), shard.subarray(0, 100));
  await writeFile(join(folder, "real.bin"), shard.subarray(100));
  await symlink("../real.bin", join(folder, "weights/b.bin"));
  const { files: read } = await readWith("weights/a.bin", "./weights/b.bin");
  expect(read.weights.map(({ byteLength }) => byteLength)).toEqual([100, shard.byteLength - 100]);
});

test("the model's own folder may be reached by a link", async () => {
  await writeFile(join(folder, "weights.bin"), shard);
  await readWith("weights.bin");
  await symlink("model", join(outside, "link"));
  expect((await readModel(join(outside, "link"))).files.weights[0]).toEqual(shard);
});

describe("no way out of the model's folder", () => {
  test.each([
    "../secret.bin",
    "weights/../../secret.bin",
    "./../secret.bin",
    "..",
    ".",
    "/etc/passwd",
    "..\\secret.bin",
    "C:\\secret.bin",
    "file:///etc/passwd",
    "https://example.org/weights.bin",
  ])("%j", async (path) => {
    await expect(readWith(path)).rejects.toThrow(refusal(/not inside the model's folder/));
  });

  test("through a link", async () => {
    await symlink("../secret.bin", join(folder, "weights.bin"));
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/not inside the model's folder/));
  });

  test("through a linked folder", async () => {
    await symlink("..", join(folder, "weights"));
    await expect(readWith("weights/secret.bin")).rejects.toThrow(refusal(/not inside the model's folder/));
  });
});

describe("what is no shard", () => {
  test("a folder", async () => {
    await mkdir(join(folder, "weights.bin"));
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/no regular file/));
  });

  test.runIf(process.platform !== "win32")("a pipe nobody writes to", async () => {
    execFileSync("mkfifo", [join(folder, "weights.bin")]);
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/no regular file/));
  });

  test("a missing file", async () => {
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/there is no such file/));
  });

  test("a link that leads to itself", async () => {
    await symlink("weights.bin", join(folder, "weights.bin"));
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/in a circle/));
  });

  test("more bytes than a model may have", async () => {
    // A file of holes takes no room on disk, and is refused before it takes any in memory.
    await writeFile(join(folder, "weights.bin"), "");
    await truncate(join(folder, "weights.bin"), MAX_WEIGHTS_BYTES + 1);
    await expect(readWith("weights.bin")).rejects.toThrow(refusal(/at most \d+ are read/));
  });

  test.each([[7], [null], [""], ["a\u0000b"], [Array(2000).fill("x")].flat()])("%j", async (...paths) => {
    await expect(readWith(...paths)).rejects.toThrow(expect.objectContaining({ code: "invalid_model" }));
  });
});

test.each([
  ["{", /not JSON/],
  ["[]", /must be an object/],
  ["{}", /weightsManifest is undefined/],
])("a model.json of %j", async (content, message) => {
  await writeFile(join(folder, "model.json"), content);
  await expect(readModel(folder)).rejects.toThrow(message);
});
