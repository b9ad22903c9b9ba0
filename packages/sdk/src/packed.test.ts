import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registryFiles, smallModel } from "./testing/published-model.ts";

const run = promisify(execFile);
const packages = fileURLToPath(new URL("../../", import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const folder = await mkdtemp(join(tmpdir(), "packed-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function findPnpm(): Promise<string | undefined> {
  for (const path of (process.env.PATH ?? "").split(delimiter)) {
    if ((await readdir(path).catch((): string[] => [])).includes("pnpm")) return join(path, "pnpm");
  }
  return undefined;
}

const pnpm = await findPnpm();
const skipped = pnpm ? "" : " (skipped: there is no pnpm on the PATH to pack with)";

/** A project with packages installed from their tarballs, as whoever publishes and installs them gets them. */
async function install(name: string, installed: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const project = join(folder, name);
  for (const [name, tarball] of Object.entries(installed)) {
    const path = join(project, "node_modules", name);
    await mkdir(path, { recursive: true });
    const file = join(path, "package.tgz");
    await writeFile(file, tarball);
    await run("tar", ["-xzf", file, "--strip-components=1", "-C", path]);
  }
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  return project;
}

/** Type-checks a file of a project, the declarations of what is installed included. */
async function check(project: string, code: string, options: readonly string[]): Promise<void> {
  await writeFile(join(project, "app.ts"), code);
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--target", "es2024"];
  await run(process.execPath, [tsc, ...strict, ...options, "app.ts"], { cwd: project }).catch((error) => {
    throw new Error(error.stdout);
  });
}

const tarballs: Record<string, Uint8Array<ArrayBuffer>> = {};
beforeAll(async () => {
  if (!pnpm) return;
  for (const name of ["core", "engine", "sdk"]) {
    const cwd = join(packages, name);
    await run(pnpm, ["run", "build"], { cwd });
    await run(pnpm, ["pack", "--pack-destination", join(folder, "tarballs")], { cwd });
  }
  for (const file of await readdir(join(folder, "tarballs"))) {
    const name = /^unpaired-(\w+)-/.exec(file)![1]!;
    tarballs[`@unpaired/${name}`] = new Uint8Array(await readFile(join(folder, "tarballs", file)));
  }
}, 120_000);

test.skipIf(!pnpm)(`publint has nothing to say of what is published${skipped}`, async () => {
  for (const name of ["core", "engine", "sdk"]) {
    const tarball = tarballs[`@unpaired/${name}`]!.buffer;
    const { messages } = await publint({ pack: { tarball }, level: "suggestion", strict: true });
    expect(messages, name).toEqual([]);
  }
});

test.skipIf(!pnpm)(
  `the types are not wrong for whoever imports ES modules${skipped}`,
  async () => {
    const result = await checkPackage(createPackageFromTarballData(tarballs["@unpaired/sdk"]!));
    if (!result.types) throw new Error("the tarball holds no types");
    expect(Object.keys(result.entrypoints)).toEqual([".", "./local"]);
    const problems = result.problems.filter(
      // ES modules are all there is: require() and the resolution from before `exports` are not served.
      (problem) => !("resolutionKind" in problem && /^node(?:10|16-cjs)$/.test(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  },
  60_000,
);

const clientApp = `
import { type Job, type JobResult, Unpaired, type Manifest } from "@unpaired/sdk";
const client = new Unpaired({ baseUrl: "https://api.example" });
const sizePixels = (manifest: Manifest): number => manifest.input.sizePixels;
export const sizes: Promise<number[]> = client.models.list().then((models) => models.map(sizePixels));
export const job: Promise<Job> = client.jobs.create({ model: "m", keys: ["uploads/a"] });
export const results: AsyncIterable<JobResult> = client.jobs.results("0123456789abcdef");
// @ts-expect-error types that cannot be resolved would let anything pass
client.translate(5, { model: "m" });
`;

test.skipIf(!pnpm)(
  `the client runs and type-checks with nothing else installed${skipped}`,
  async () => {
    const project = await install("client", { "@unpaired/sdk": tarballs["@unpaired/sdk"]! });
    const { dependencies } = JSON.parse(
      await readFile(join(project, "node_modules/@unpaired/sdk/package.json"), "utf8"),
    );
    expect(dependencies).toBeUndefined();
    await check(project, clientApp, ["--module", "nodenext", "--lib", "es2024,dom,dom.iterable"]);
    await check(project, clientApp, ["--module", "preserve", "--lib", "es2024,dom,dom.iterable"]);
    const script = 'console.log(Object.keys(await import("@unpaired/sdk")).length)';
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: project });
    expect(Number(stdout)).toBeGreaterThan(10);
  },
  60_000,
);

test.skipIf(!pnpm)(
  `local mode runs in Node with the engine and the core installed beside it${skipped}`,
  async () => {
    const project = await install("local", tarballs);
    const require = createRequire(join(packages, "core/package.json"));
    await symlink(dirname(require.resolve("zod/package.json")), join(project, "node_modules/zod"));
    const published = smallModel();
    for (const [key, bytes] of registryFiles(published)) {
      const path = join(project, "registry", key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    const { id, version } = published.manifest;
    await writeFile(
      join(project, "app.mjs"),
      `
import { readFile } from "node:fs/promises";
import { loadModel } from "@unpaired/sdk/local";
const read = async (key) => new Uint8Array(await readFile("registry/" + key));
const manifest = JSON.parse(await readFile("registry/models/${id}/${version}.json", "utf8"));
const files = { model: await read(manifest.files.model.key), weights: await Promise.all(manifest.files.weights.map(({ key }) => read(key))) };
const model = await loadModel({ manifest, files });
const pixels = { width: 32, height: 32, data: new Uint8ClampedArray(4096).fill(90) };
const result = await model.translate(pixels);
console.log(result.model, (await result.imageData()).width);
`,
    );
    const { stdout } = await run(process.execPath, ["app.mjs"], { cwd: project });
    expect(stdout).toBe(`${id} 32\n`);
  },
  60_000,
);
