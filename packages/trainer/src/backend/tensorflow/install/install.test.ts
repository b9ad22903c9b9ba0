import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installationFolder } from "../installation.ts";
import { type InstallOptions, installTensorflow, removeTensorflow } from "./install.ts";

const hasPip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;
const hasCompiler = ["c++", "g++", "clang++"].some((name) => spawnSync(name, ["--version"]).status === 0);
const possible = hasPip && hasCompiler && process.platform === "linux" && process.arch === "x64";

let directory: string;
let cache: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tensorflow-install-"));
  cache = join(directory, "cache");
  await mkdir(join(directory, "wheels"));
});
afterEach(() => rm(directory, { recursive: true }));

/** An install into a cache of its own, from a folder of wheels alone. */
function install(options: InstallOptions = {}, environment: Record<string, string> = {}) {
  return installTensorflow({
    variant: "cpu",
    freeBytes: async () => 1e12,
    ...options,
    environment: {
      XDG_CACHE_HOME: cache,
      PIP_CONFIG_FILE: "/dev/null",
      PIP_NO_INDEX: "1",
      PIP_FIND_LINKS: join(directory, "wheels"),
      ...environment,
    },
  });
}

/** Writes a wheel that holds nothing but the given text files. */
async function writeWheel(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const program = `
import json, sys, zipfile
path, name, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
info = f"{name}-2.21.0.dist-info"
files |= {
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 2.21.0\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n",
    f"{info}/RECORD": "",
}
with zipfile.ZipFile(path, "w") as archive:
    for member, text in files.items(): archive.writestr(member, text)
`;
  const path = join(directory, "wheels", `${name}-2.21.0-py3-none-any.whl`);
  const made = spawnSync("python3", ["-c", program, path, name, JSON.stringify(files)]);
  expect(made.status, made.stderr.toString()).toBe(0);
}

/** Everything the cache folder holds. */
async function traces(): Promise<string[]> {
  return readdir(join(cache, "unpaired")).catch(() => []);
}

async function expectFailure(installing: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const error = await installing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect((error as Error).message).not.toMatch(/\n/);
  expect(await traces()).toEqual([]);
}

describe("what an install misses is said before anything is fetched", () => {
  it("on another system", async () => {
    const on = (tools: InstallOptions["tools"]) => install({ tools: { ...tools } });
    await expectFailure(
      on({ platform: "darwin" }),
      "unsupported_platform",
      /darwin on .*--backend webgpu or wasm/,
    );
    const linux = { platform: "linux", architecture: "x64" };
    await expectFailure(on({ ...linux, glibc: undefined }), "unsupported_platform", /another C library/);
    await expectFailure(
      on({ ...linux, glibc: "2.17" }),
      "unsupported_platform",
      /glibc 2\.27 or newer.*glibc 2\.17/,
    );
  });

  it.skipIf(process.platform !== "linux" || process.arch !== "x64")("without pip", async () => {
    await expectFailure(
      install({}, { PATH: directory }),
      "missing_pip",
      /pip is missing.*apt install python3-pip/,
    );
  });

  it.skipIf(!possible)("without a compiler", async () => {
    const python = spawnSync("python3", ["-c", "import sys; print(sys.executable)"]).stdout.toString().trim();
    await writeFile(join(directory, "python3"), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 });
    const path = { PATH: directory, CXX: "" };
    await expectFailure(
      install({}, path),
      "missing_compiler",
      /C\+\+ compiler is missing.*apt install g\+\+/,
    );
  });

  it.skipIf(!possible)("without room on the disk", async () => {
    const installing = install({ freeBytes: async () => 8e8 });
    await expectFailure(installing, "disk_full", /needs 1\.5 GB.*has 0\.8 GB.*XDG_CACHE_HOME/);
    const forGpu = install({ variant: "gpu", freeBytes: async () => 8e8 });
    await expectFailure(forGpu, "disk_full", /for GPUs needs 10\.0 GB/);
  });
});

describe.skipIf(!possible)("an install that fails leaves nothing behind", () => {
  it("when no index has a wheel", async () => {
    await expectFailure(install(), "no_wheel", /tensorflow-cpu==2\.21\.\*.*Python 3\.10 to 3\.13/);
  });

  it("when the index is out of reach", async () => {
    // Port 9 discards; nothing listens there.
    const offline = { PIP_NO_INDEX: "", PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_RETRIES: "1" };
    await expectFailure(install({}, offline), "no_network", /could not reach its package index/);
  });

  it("when the wheel is no wheel", async () => {
    await writeFile(join(directory, "wheels", "tensorflow_cpu-2.21.0-py3-none-any.whl"), "<html>busy</html>");
    await expectFailure(install(), "download_failed", /could not download tensorflow-cpu/);
  });

  it("when the bindings do not compile against it", async () => {
    await writeWheel("tensorflow_cpu", { "tensorflow/include/tensorflow/c/c_api.h": "#error too new" });
    await expectFailure(install(), "compile_failed", /could not build TensorFlow's bindings.*error/);
  });

  it("when it is interrupted", async () => {
    await writeWheel("tensorflow_cpu", {});
    const interruption = new AbortController();
    const installing = install({
      signal: interruption.signal,
      onProgress: ({ stage }) => stage === "Unpacking" && interruption.abort(),
    });
    await expect(installing).rejects.toMatchObject({ name: "AbortError" });
    expect(await traces()).toEqual([]);
  });

  it("takes from a wheel nothing but the libraries and headers", async () => {
    await writeWheel("tensorflow_cpu", {
      "tensorflow/python/secret.py": "",
      "../escape/tensorflow/libtensorflow_cc.so.2": "",
      "tensorflow/libtensorflow_cc.so.2": "",
    });
    const before = await readdir(directory);
    await expectFailure(install(), "compile_failed", /./);
    expect((await readdir(directory)).filter((name) => name !== "cache")).toEqual(before);
  });
});

it("removes what is installed and what a killed install left, and says when there is nothing", async () => {
  const surroundings = { environment: { XDG_CACHE_HOME: cache } };
  expect(await removeTensorflow(surroundings)).toBe(false);
  const folder = installationFolder(surroundings);
  await mkdir(folder, { recursive: true });
  // No system hands out a process number this high.
  await mkdir(`${folder}.partial-4194999/wheels`, { recursive: true });
  await mkdir(`${folder}.partial-4194999-earlier`, { recursive: true });
  expect(await removeTensorflow(surroundings)).toBe(true);
  expect(await traces()).toEqual([]);
});
