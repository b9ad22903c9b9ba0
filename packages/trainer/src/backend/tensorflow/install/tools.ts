import { TensorflowError } from "../errors.ts";
import { type ProgramEnd, type RunOptions, runProgram } from "./run-program.ts";

/** The programs an install needs, found. */
export interface Tools {
  /** A Python that has pip. */
  readonly python: string;
  /** A C++ compiler. */
  readonly compiler: string;
}

/** Options of {@link findTools}. */
export interface ToolOptions extends RunOptions {
  readonly platform?: string;
  readonly architecture?: string;
  /** Version of the C library, or undefined where it is not glibc. */
  readonly glibc?: string | undefined;
}

/** The oldest glibc the wheels run on. */
const OLDEST_GLIBC = [2, 27] as const;

/**
 * Finds what an install needs, and says what is missing before anything is fetched.
 *
 * @throws TensorflowError `unsupported_platform`, `missing_pip` or `missing_compiler`
 */
export async function findTools(options: ToolOptions = {}): Promise<Tools> {
  const { platform = process.platform, architecture = process.arch } = options;
  if (platform !== "linux" || architecture !== "x64") {
    throw new TensorflowError(
      `TensorFlow's libraries are published for Linux on x86-64, and this is ${platform} on ${architecture}; train with --backend webgpu or wasm.`,
      { code: "unsupported_platform" },
    );
  }
  const glibc = "glibc" in options ? options.glibc : runtimeGlibc();
  if (glibc === undefined || olderThan(glibc, OLDEST_GLIBC)) {
    const found = glibc === undefined ? "another C library" : `glibc ${glibc}`;
    throw new TensorflowError(
      `TensorFlow needs glibc ${OLDEST_GLIBC.join(".")} or newer, and this system has ${found}; train with --backend wasm or use a newer image.`,
      { code: "unsupported_platform" },
    );
  }
  const python = await firstThatRuns(["python3", "python"], ["-m", "pip", "--version"], options);
  if (!python) {
    throw new TensorflowError(
      "pip is missing, which fetches TensorFlow; install Python 3 with pip (such as apt install python3-pip) and run this again.",
      { code: "missing_pip" },
    );
  }
  const compilers = [options.environment?.CXX ?? process.env.CXX, "c++", "g++", "clang++"];
  const named = compilers.filter((name): name is string => name !== undefined && name !== "");
  const compiler = await firstThatRuns(named, ["--version"], options);
  if (!compiler) {
    throw new TensorflowError(
      "A C++ compiler is missing, which builds TensorFlow's bindings; install one (such as apt install g++) and run this again.",
      { code: "missing_compiler" },
    );
  }
  return { python, compiler };
}

async function firstThatRuns(
  programs: readonly string[],
  args: readonly string[],
  options: RunOptions,
): Promise<string | undefined> {
  for (const program of programs) {
    const end: ProgramEnd = await runProgram(program, args, { ...options, timeoutMs: 60_000 });
    if (end.code === 0) return program;
  }
  return undefined;
}

function runtimeGlibc(): string | undefined {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
}

function olderThan(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor < major || (foundMajor === major && foundMinor < minor);
}
