import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listImages } from "./list-images.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "list-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("listImages", () => {
  it("lists pictures of the accepted kinds in one fixed order and nothing else", async () => {
    for (const name of [
      "b.png",
      "a10.jpg",
      "a2.JPEG",
      "Z.webp",
      "notes.txt",
      ".hidden.png",
      "c.gif",
      "d.tiff",
    ]) {
      await writeFile(join(directory, name), "x");
    }
    await mkdir(join(directory, "folder.png"));
    await symlink(join(directory, "b.png"), join(directory, "link.png"));
    await symlink(join(directory, "nowhere"), join(directory, "broken.png"));
    const names = (await listImages(directory)).map((path) => basename(path));
    expect(names).toEqual(["Z.webp", "a10.jpg", "a2.JPEG", "b.png", "link.png"]);
  });

  it("passes over a pipe, which would never answer", async () => {
    execFileSync("mkfifo", [join(directory, "pipe.png")]);
    await expect(listImages(directory)).rejects.toMatchObject({ code: "folder_empty" });
  });

  it("names a folder that is missing, is a file, is empty or holds too few", async () => {
    const missing = join(directory, "absent");
    await expect(listImages(missing)).rejects.toMatchObject({
      code: "folder_missing",
      message: expect.stringContaining(missing),
    });
    await expect(listImages(directory)).rejects.toMatchObject({
      code: "folder_empty",
      message: expect.stringContaining(directory),
    });
    const file = join(directory, "one.png");
    await writeFile(file, "x");
    await expect(listImages(file)).rejects.toMatchObject({ code: "folder_missing" });
    await expect(listImages(directory, { atLeast: 2 })).rejects.toMatchObject({ code: "too_few_images" });
    expect(await listImages(directory)).toEqual([file]);
  });
});
