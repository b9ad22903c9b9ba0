import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { detectTensorflow } from "./detect.ts";
import {
  cacheFolder,
  INSTALLATION_SCHEMA,
  type InstallationRecord,
  installationFolder,
} from "./installation.ts";

let directory: string;
let surroundings: { readonly environment: { readonly XDG_CACHE_HOME: string } };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tensorflow-found-"));
  surroundings = { environment: { XDG_CACHE_HOME: directory } };
});
afterEach(() => rm(directory, { recursive: true }));

const record: InstallationRecord = {
  schema: INSTALLATION_SCHEMA,
  variant: "cpu",
  tensorflow: "2.21.0",
  platform: process.platform,
  architecture: process.arch,
  addon: "addon.node",
  files: [{ path: "addon.node", bytes: 3 }],
};

async function write(text: string): Promise<void> {
  const folder = installationFolder(surroundings);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "installation.json"), text);
  await writeFile(join(folder, "addon.node"), "abc");
}

const detect = (exists = (_path: string) => false) => detectTensorflow({ ...surroundings, exists });

it("keeps to the folder for caches, and ignores a relative one", () => {
  const home = "/home/ada";
  expect(cacheFolder({ environment: {}, home })).toBe("/home/ada/.cache/unpaired");
  expect(cacheFolder({ environment: { XDG_CACHE_HOME: "/fast" }, home })).toBe("/fast/unpaired");
  expect(cacheFolder({ environment: { XDG_CACHE_HOME: "cache" }, home })).toBe("/home/ada/.cache/unpaired");
});

it("says that nothing is installed, and how to install it", async () => {
  expect(await detect()).toEqual({
    available: false,
    reason: expect.stringContaining("run trainer tensorflow install"),
  });
});

it("computes on the GPU only where it was built for one and a driver is loaded", async () => {
  await write(JSON.stringify(record));
  expect(await detect(() => true)).toMatchObject({ available: true, gpu: false });
  await write(JSON.stringify({ ...record, variant: "gpu" }));
  expect(await detect((path) => path === "/dev/nvidia0")).toMatchObject({ available: true, gpu: true });
  expect(await detect()).toMatchObject({
    available: true,
    gpu: false,
    description: expect.stringContaining("no NVIDIA driver is loaded"),
  });
});

it.each<[string, string, RegExp]>([
  ["a record that is no JSON", "{", /installation\.json does not read/],
  ["a record of an older kind", JSON.stringify({ ...record, schema: 1 }), /another version of this program/],
  ["a record without a kind", JSON.stringify({ ...record, schema: undefined }), /does not read/],
  [
    "a path that leads out",
    JSON.stringify({ ...record, files: [{ path: "../../etc/passwd", bytes: 1 }] }),
    /does not read/,
  ],
  ["another machine's", JSON.stringify({ ...record, architecture: "sparc" }), /made for .* sparc/],
  [
    "a file cut short",
    JSON.stringify({ ...record, files: [{ path: "addon.node", bytes: 4 }] }),
    /addon\.node is not whole/,
  ],
  [
    "a file that is gone",
    JSON.stringify({ ...record, files: [{ path: "libtensorflow_cc.so.2", bytes: 4 }] }),
    /libtensorflow_cc\.so\.2 is missing/,
  ],
])("is not fooled by %s", async (_, text, reason) => {
  await write(text);
  expect(await detect()).toEqual({ available: false, reason: expect.stringMatching(reason) });
});
