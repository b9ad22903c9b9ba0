import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { zipOf } from "./testing/zip-of.ts";
import { unpack } from "./unpack.ts";

const picture = (seed: number) => new Uint8Array(2000).map((_, index) => (index * seed) & 0xff);

let folder: string;
let archive: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unpaired-unpack-"));
  archive = join(folder, "set.zip");
  out = join(folder, "set");
});

afterEach(() => rm(folder, { recursive: true }));

const tree = async () => (await readdir(folder, { recursive: true })).sort();

describe("unpack", () => {
  test("writes the pictures of a data set and leaves the rest in the archive", async () => {
    await writeFile(
      archive,
      await zipOf({
        "set/trainA/1.jpg": picture(1),
        "set/trainB/2.PNG": picture(2),
        "set/testA/3.webp": picture(3),
        "set/trainA/readme.txt": picture(4),
        "set/trainA/.hidden.jpg": picture(5),
        "set/other/6.jpg": picture(6),
        "__MACOSX/set/trainA/._1.jpg": picture(7),
      }),
    );
    expect(await unpack(archive, out)).toBe(3);
    expect(new Uint8Array(await readFile(join(out, "trainB", "2.PNG")))).toEqual(picture(2));
    expect((await readdir(out, { recursive: true })).sort()).toEqual([
      "testA",
      "testA/3.webp",
      "trainA",
      "trainA/1.jpg",
      "trainB",
      "trainB/2.PNG",
    ]);
  });

  test.each([
    "../../trainA/1.jpg",
    "/etc/trainA/1.jpg",
    "trainA/../../1.jpg",
    "trainA/..\\..\\1.jpg",
    "..\\trainA\\1.jpg",
    "trainA/c:1.jpg",
    "trainA/1\u0000.jpg",
    "c:/trainA/1.jpg",
  ])("writes nothing outside its folder for a picture called %j", async (name) => {
    await writeFile(archive, await zipOf({ "set/trainB/2.jpg": picture(2), [name]: picture(1) }));
    const refusal = await unpack(archive, out).catch((error: unknown) => error);
    if (typeof refusal !== "number") expect(refusal).toMatchObject({ code: "archive_refused" });
    const allowed = ["set", "set.zip", "set/trainA", "set/trainA/1.jpg", "set/trainB", "set/trainB/2.jpg"];
    expect(allowed).toEqual(expect.arrayContaining(await tree()));
    expect(existsSync(join(folder, "..", "trainA"))).toBe(false);
  });

  test.each([
    ["too many pictures", { mostPictures: 1 }, /more than 1 pictures/],
    ["one picture too large", { mostPictureBytes: 1999 }, /more than is allowed at "set\/trainA\/1.jpg"/],
    ["more than all may have", { mostBytes: 3999 }, /more than is allowed at "set\/trainB\/2.jpg"/],
  ])("stops at %s", async (_, limits, message) => {
    await writeFile(archive, await zipOf({ "set/trainA/1.jpg": picture(1), "set/trainB/2.jpg": picture(2) }));
    await expect(unpack(archive, out, limits)).rejects.toMatchObject({
      code: "archive_refused",
      message: expect.stringMatching(message),
    });
    expect(await tree()).toEqual(["set.zip"]);
  });

  test("counts what a picture unpacks to rather than believing its header", async () => {
    const bomb = await zipOf({ "set/trainA/1.jpg": new Uint8Array(5_000_000) });
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    for (let at = 0; at + 4 < bomb.length; at++) {
      if (view.getUint32(at, true) === 5_000_000) view.setUint32(at, 100, true);
    }
    await writeFile(archive, bomb);
    await expect(unpack(archive, out, { mostPictureBytes: 1_000_000 })).rejects.toMatchObject({
      code: "archive_refused",
    });
    expect(await tree()).toEqual(["set.zip"]);
  });

  test("refuses damaged, cut off, encrypted and empty archives", async () => {
    const whole = await zipOf({ "set/trainA/1.jpg": picture(1), "set/trainB/2.jpg": picture(2) });
    const flipped = whole.slice();
    flipped[60]! ^= 0xff;
    for (const [content, message] of [
      [flipped, /damaged|not a whole zip/],
      [whole.subarray(0, whole.length - 30), /not a whole zip file/],
      [new Uint8Array(0), /not a whole zip file/],
      [await zipOf({ "set/trainA/1.jpg": picture(1) }, { password: "p" }), /encrypted/],
      [await zipOf({ "a/trainA/1.jpg": picture(1), "b/trainA/1.JPG": picture(1) }), /twice/],
      [await zipOf({ "readme.txt": picture(1) }), /no pictures in trainA/],
    ] as const) {
      await writeFile(archive, content);
      await expect(unpack(archive, out)).rejects.toMatchObject({
        code: "archive_refused",
        message: expect.stringMatching(message),
      });
      expect(existsSync(out)).toBe(false);
    }
  });
});
