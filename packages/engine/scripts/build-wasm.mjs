/** Compiles the AssemblyScript kernels: inference and training, each plain and with relaxed SIMD, from one source. */
import { mkdir, writeFile } from "node:fs/promises";
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

await mkdir(build, { recursive: true });
for (const entry of entries) for (const variant of builds) await compile(entry, variant);
