import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { TensorflowError } from "../errors.ts";
import { TENSORFLOW_SERIES } from "../installation.ts";
import type { ReportProgress } from "./progress.ts";
import { type ProgramEnd, runProgram } from "./run-program.ts";

/** Options of {@link fetchWheels}. */
export interface FetchOptions {
  readonly python: string;
  /** What to fetch, as pip writes requirements: `tensorflow-cpu==2.21.*`. */
  readonly requirements: readonly string[];
  /** Empty folder the wheels and pip's working files are written to. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly report: ReportProgress;
}

/**
 * Pythons a wheel is looked for, after the one that runs pip: only its C++ libraries are used, so any will do.
 */
const PYTHON_VERSIONS = ["3.12", "3.11", "3.13", "3.10"];

/** Kinds of Linux the wheels may be tagged for. */
const PLATFORMS = [
  "manylinux_2_27_x86_64",
  "manylinux_2_28_x86_64",
  "manylinux_2_17_x86_64",
  "manylinux2014_x86_64",
];

/**
 * Downloads wheels with pip, without what they depend on.
 *
 * @returns the wheels' paths
 * @throws TensorflowError `no_wheel`, `no_network`, `disk_full` or `download_failed`
 */
export async function fetchWheels(options: FetchOptions): Promise<string[]> {
  const { folder, requirements } = options;
  const foreign = PYTHON_VERSIONS.map((version) => [
    "--python-version",
    version,
    "--implementation",
    "cp",
    ...PLATFORMS.flatMap((platform) => ["--platform", platform]),
  ]);
  let end: ProgramEnd | undefined;
  for (const target of [[], ...foreign]) {
    end = await download(options, target);
    if (end.code === 0) {
      const names = (await readdir(folder)).filter((name) => name.endsWith(".whl"));
      return names.toSorted().map((name) => join(folder, name));
    }
    if (!isMissingWheel(end)) break;
  }
  throw explain(end!, requirements);
}

async function download(options: FetchOptions, target: readonly string[]): Promise<ProgramEnd> {
  const { python, requirements, folder, environment, signal, report } = options;
  let announced = 0;
  const what = requirements.map((text) => text.split(/[=<>]/)[0]).join(", ");
  report({ stage: "Downloading", what });
  const watch = setInterval(() => {
    folderBytes(folder).then(
      (bytes) => report({ stage: "Downloading", what, bytes, totalBytes: announced }),
      () => undefined,
    );
  }, 500);
  try {
    const fixed = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"];
    const args = ["download", ...fixed, "--progress-bar=off", "--dest", folder, ...target, ...requirements];
    return await runProgram(python, ["-m", "pip", ...args], {
      // pip's unfinished downloads lie beside the finished ones, where they are counted and cleared away.
      environment: { ...environment, TMPDIR: folder },
      ...(signal && { signal }),
      onOutput(text) {
        for (const [, amount, unit] of text.matchAll(/\((\d+(?:\.\d+)?) ([kMG]B)\)/g)) {
          announced += Number(amount) * { kB: 1e3, MB: 1e6, GB: 1e9 }[unit as "kB" | "MB" | "GB"];
        }
      },
    });
  } finally {
    clearInterval(watch);
  }
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    entries.map((entry) =>
      stat(join(folder, entry)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const NETWORK =
  /NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|name resolution|Name or service not known|Network is unreachable|Connection (?:refused|reset)/i;

function isMissingWheel({ stderr }: ProgramEnd): boolean {
  return /No matching distribution|Could not find a version/.test(stderr) && !NETWORK.test(stderr);
}

function explain(end: ProgramEnd, requirements: readonly string[]): TensorflowError {
  const wanted = requirements.join(" ");
  const because = (code: string, message: string) =>
    new TensorflowError(message, { code, cause: end.stderr.trim() });
  if (/No space left|ENOSPC|Disk quota exceeded/i.test(end.stderr + end.stdout)) {
    return because(
      "disk_full",
      `The disk filled up while ${wanted} was downloaded; free some space and run this again.`,
    );
  }
  if (isMissingWheel(end)) {
    return because(
      "no_wheel",
      `pip knows no ${wanted} here; TensorFlow ${TENSORFLOW_SERIES} has wheels for Linux on x86-64 and Python 3.10 to 3.13 on PyPI, so look at which index pip is set up to use.`,
    );
  }
  if (NETWORK.test(end.stderr)) {
    return because(
      "no_network",
      `pip could not reach its package index for ${wanted}; connect this machine or set pip's index or proxy, and run this again.`,
    );
  }
  const last = end.stderr.trim().split("\n").at(-1)?.slice(0, 300) || `exit code ${end.code}`;
  return because("download_failed", `pip could not download ${wanted}: ${last}`);
}
