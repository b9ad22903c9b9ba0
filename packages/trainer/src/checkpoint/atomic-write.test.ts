import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeLeftovers, writeAtomically } from "./atomic-write.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "atomic-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("text, bytes and pieces land whole, in folders made on the way", async () => {
  const path = join(directory, "deep", "er", "file");
  await writeAtomically(path, "text");
  expect(await readFile(path, "utf8")).toBe("text");
  await writeAtomically(path, [Buffer.from("pie"), new Uint8Array(), Buffer.from("ces")]);
  expect(await readFile(path, "utf8")).toBe("pieces");
  expect(await readdir(join(directory, "deep", "er"))).toEqual(["file"]);
});

test("what does not verify never takes the place of what stands there", async () => {
  const path = join(directory, "file");
  await writeAtomically(path, "before");
  const verify = async (beside: string) => {
    expect(await readFile(beside, "utf8")).toBe("after");
    expect(await readFile(path, "utf8")).toBe("before");
    throw new Error("not as it should be");
  };
  await expect(writeAtomically(path, "after", { verify })).rejects.toThrow("not as it should be");
  expect(await readFile(path, "utf8")).toBe("before");
  expect(await readdir(directory)).toEqual(["file"]);
});

test("a place that cannot be written to is named with the cure", async () => {
  await writeFile(join(directory, "file"), "");
  const writing = writeAtomically(join(directory, "file", "below"), "text");
  await expect(writing).rejects.toMatchObject({ name: "StorageError", code: "not_writable" });
  await expect(writing).rejects.toThrow(
    /file\/below could not be written: .*stands where a folder is needed/,
  );
});

test.skipIf(process.platform !== "linux")("a full device is called full", async () => {
  const writing = writeAtomically(join(directory, "file"), "text", {
    // The device that is always full stands for a disk that fills up while a file is written.
    verify: () => writeFile("/dev/full", "text"),
  });
  await expect(writing).rejects.toMatchObject({ code: "disk_full" });
  expect(await readdir(directory)).toEqual([]);
});

test("leftovers of killed writers go, those of a living one stay", async () => {
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  const names = [
    `a.${dead}.partial`,
    `below/b.${process.pid}.partial`,
    "kept.partial",
    `c.${process.ppid}.partial`,
  ];
  await mkdir(join(directory, "below"));
  for (const name of names) await writeFile(join(directory, name), "half");
  await removeLeftovers(directory);
  expect((await readdir(directory)).sort()).toEqual(["below", `c.${process.ppid}.partial`, "kept.partial"]);
  expect(await readdir(join(directory, "below"))).toEqual([]);
  await removeLeftovers(join(directory, "nowhere"));
});
