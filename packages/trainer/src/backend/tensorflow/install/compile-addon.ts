import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TensorflowError } from "../errors.ts";
import { runProgram } from "./run-program.ts";

/** Name of the compiled addon. */
export const ADDON_FILE = "tfjs_binding.node";

/** Where TensorFlow's own libraries lie in an installation, as in its wheel. */
export const TENSORFLOW_LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Options of {@link compileAddon}. */
export interface CompileOptions {
  readonly compiler: string;
  /** Installation with `tensorflow/` as unpacked; the addon is written into it. */
  readonly folder: string;
  /** CUDA libraries of the installation, `nvidia/<package>/lib/<file>`; none on a CPU. */
  readonly cudaLibraries: readonly string[];
  readonly signal?: AbortSignal;
}

const require = createRequire(import.meta.url);

/**
 * Compiles tfjs-node-gpu's binding against the unpacked TensorFlow: two source files, so no build system.
 *
 * The CUDA libraries are linked too, although TensorFlow opens them by name on its own: by then they are in memory under
 * that name, wherever the system would have looked, and an addon that starts has all of them.
 *
 * @throws TensorflowError `compile_failed`
 */
export async function compileAddon({
  compiler,
  folder,
  cudaLibraries,
  signal,
}: CompileOptions): Promise<void> {
  const binding = join(dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json")), "binding");
  const nodeHeaders = join(dirname(require.resolve("node-api-headers/package.json")), "include");
  const searched = ["tensorflow", ...new Set(cudaLibraries.map((path) => dirname(path)))];
  const linked = [...TENSORFLOW_LIBRARIES, ...cudaLibraries.map((path) => path.split("/").at(-1)!)];
  const args = [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"],
    ...["-I", join(folder, "tensorflow", "include"), "-I", nodeHeaders, "-I", dirname(binding)],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(binding, file)),
    ...searched.flatMap((path) => ["-L", join(folder, path)]),
    "-Wl,--no-as-needed",
    ...linked.map((name) => `-l:${name}`),
    // The older kind of run path also serves the libraries that these libraries ask for.
    "-Wl,--disable-new-dtags",
    "-Wl,--allow-shlib-undefined",
    ...searched.map((path) => `-Wl,-rpath,$ORIGIN/${path}`),
    ...["-o", join(folder, ADDON_FILE)],
  ];
  const end = await runProgram(compiler, args, { ...(signal && { signal }) });
  if (end.code === 0) return;
  const error = end.stderr.split("\n").find((line) => /error|cannot/i.test(line));
  throw new TensorflowError(
    `${compiler} could not build TensorFlow's bindings (${error?.trim().slice(0, 300) ?? `exit code ${end.code}`}); a GCC 9 or Clang 10 or newer is needed.`,
    { code: "compile_failed", cause: end.stderr },
  );
}
