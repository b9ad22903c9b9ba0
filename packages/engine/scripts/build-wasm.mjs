/** Compiles the AssemblyScript kernels: inference and training, each plain and with relaxed SIMD, from one source. */
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const build = join(root, "build");

/** Inference brings its own memory; training works inside the memory of another module. */
const entries = [
  { name: "inference", flags: ["--initialMemory", "1"] },
  { name: "training", flags: ["--importMemory", "--noExportMemory", "--initialMemory", "0"] },
];
const builds = [
  { suffix: "", flags: ["--enable", "simd"] },
  { suffix: ".relaxed", flags: ["--enable", "simd", "--enable", "relaxed-simd"] },
];

async function compile(entry, variant) {
  const file = `${entry.name}${variant.suffix}.wasm`;
  let binary;
  const { error, stderr } = await asc.main(
    [
      `assembly/${entry.name}.ts`,
      ...["--baseDir", root, "--outFile", file],
      ...["-O3", "--noAssert", "--runtime", "stub"],
      ...entry.flags,
      ...variant.flags,
    ],
    {
      writeFile: (name, contents) => {
        if (name === file) binary = contents;
      },
    },
  );
  if (error || !binary)
    throw new Error(`${file} does not compile: ${error?.message ?? ""}\n${stderr.toString()}`);
  await writeFile(join(build, file), binary);
  console.log(`${file} ${binary.length} bytes`);
}

/** Newest (or oldest) change of some files, in milliseconds; undefined when one is missing. */
async function changedMs(files, pick) {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      ),
    ),
  );
  return times.includes(undefined) ? undefined : pick(...times);
}

const files = entries.flatMap(({ name }) => builds.map(({ suffix }) => join(build, `${name}${suffix}.wasm`)));
const sources = await readdir(join(root, "assembly"), { recursive: true });
const newest = await changedMs(
  [fileURLToPath(import.meta.url), ...sources.map((name) => join(root, "assembly", name))],
  Math.max,
);
const oldest = await changedMs(files, Math.min);
if (oldest === undefined || newest === undefined || oldest < newest) {
  await mkdir(build, { recursive: true });
  for (const entry of entries) for (const variant of builds) await compile(entry, variant);
}
