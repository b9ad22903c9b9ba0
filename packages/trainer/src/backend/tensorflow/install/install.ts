import { mkdir, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isThere } from "../../../checkpoint/is-there.ts";
import { hasNvidiaDriver } from "../detect.ts";
import { TensorflowError } from "../errors.ts";
import {
  INSTALLATION_SCHEMA,
  type InstallationRecord,
  installationFolder,
  RECORD_FILE,
  type Surroundings,
  TENSORFLOW_SERIES,
  type TensorflowVariant,
} from "../installation.ts";
import { type CheckedAddon, checkAddon } from "./check-addon.ts";
import { ADDON_FILE, compileAddon, TENSORFLOW_LIBRARIES } from "./compile-addon.ts";
import { fetchWheels } from "./fetch-wheels.ts";
import type { ReportProgress } from "./progress.ts";
import { findTools, type ToolOptions } from "./tools.ts";
import { cudaRequirements, unpackWheel } from "./unpack-wheel.ts";

/** Options of {@link installTensorflow}. */
export interface InstallOptions extends Surroundings {
  /** `gpu` where an NVIDIA driver is loaded, else `cpu`. */
  readonly variant?: TensorflowVariant;
  readonly signal?: AbortSignal;
  readonly onProgress?: ReportProgress;
  /** Bytes free in a folder; injected so that tests have a full disk. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly tools?: ToolOptions;
}

/** What was installed. */
export interface Installed extends CheckedAddon {
  readonly variant: TensorflowVariant;
  readonly folder: string;
  readonly bytes: number;
}

/** Disk an install takes at its fullest: wheels, what is unpacked of them, and some room. */
const NEEDED_BYTES: Readonly<Record<TensorflowVariant, number>> = { cpu: 1.5e9, gpu: 10e9 };

/** The headers the bindings include, and what those include. */
const HEADERS =
  /tensorflow\/include\/(?:tensorflow\/c\/.*|tensorflow\/core\/platform\/ctstring[^/]*|tsl\/platform\/ctstring[^/]*|xla\/tsl\/c\/.*)\.h/;

const LIBRARIES = new RegExp(`tensorflow/(?:${TENSORFLOW_LIBRARIES.map(escaped).join("|")})`);

/** CUDA's libraries. The compiler package is left out: TensorFlow's kernels come compiled. */
const CUDA_LIBRARIES = /nvidia\/(?!cuda_nvcc\/)\w+\/lib\/lib[\w.+-]+\.so[\w.]*/;
const UNUSED_CUDA_PACKAGES = /^nvidia-cuda-nvcc/;

/** CUDA libraries TensorFlow opens by name, as their files are called. */
const OPENED_BY_NAME =
  /\/lib(?:cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvJitLink|nvrtc)\.so\.\d+$/;

/**
 * Fetches TensorFlow, builds tfjs-node's bindings against it and keeps both in the user's cache folder, in the place of an
 * earlier installation. All is made in a folder beside and renamed when it has been seen to calculate; whatever fails
 * before leaves nothing behind.
 *
 * @throws TensorflowError with a `code` for each thing that can be missing
 */
export async function installTensorflow(options: InstallOptions = {}): Promise<Installed> {
  const { variant = hasNvidiaDriver() ? "gpu" : "cpu", signal, onProgress: report = () => {} } = options;
  const { freeBytes = availableBytes, environment, tools: toolOptions } = options;
  const folder = installationFolder(options);
  const tools = await findTools({
    ...toolOptions,
    ...(environment && { environment }),
    ...(signal && { signal }),
  });
  await makeParent(folder);
  await removeAbandoned(folder);
  await requireSpace(dirname(folder), variant, freeBytes);

  const staging = `${folder}.partial-${process.pid}`;
  const common = { python: tools.python, ...(signal && { signal }) };
  try {
    const wheels = join(staging, "wheels");
    await mkdir(wheels, { recursive: true });
    const fetch = (requirements: readonly string[]) =>
      fetchWheels({ ...common, requirements, folder: wheels, report, ...(environment && { environment }) });
    const name = variant === "gpu" ? "tensorflow" : "tensorflow-cpu";
    const [wheel] = await fetch([`${name}==${TENSORFLOW_SERIES}.*`]);
    const cuda = variant === "gpu" ? await cudaRequirements(tools.python, wheel!, signal) : [];
    const unpacked: string[] = [];
    const unpack = async (path: string, members: RegExp) => {
      report({ stage: "Unpacking", what: basename(path) });
      unpacked.push(...(await unpackWheel({ ...common, wheel: path, folder: staging, members })));
    };
    await unpack(wheel!, new RegExp(`${LIBRARIES.source}|${HEADERS.source}`));
    for (const requirement of cuda.filter((text) => !UNUSED_CUDA_PACKAGES.test(text))) {
      const [library] = await fetch([requirement]);
      await unpack(library!, CUDA_LIBRARIES);
    }

    report({ stage: "Compiling" });
    const cudaLibraries = unpacked.filter((path) => OPENED_BY_NAME.test(path));
    await compileAddon({
      compiler: tools.compiler,
      folder: staging,
      cudaLibraries,
      ...(signal && { signal }),
    });
    await rm(join(staging, "tensorflow", "include"), { recursive: true, force: true });
    await rm(wheels, { recursive: true, force: true });
    report({ stage: "Checking" });
    const checked = await checkAddon(join(staging, ADDON_FILE), signal);

    const paths = [ADDON_FILE, ...unpacked.filter((path) => !path.startsWith("tensorflow/include/"))];
    const files = await Promise.all(
      paths.map(async (path) => ({ path, bytes: (await stat(join(staging, path))).size })),
    );
    const record: InstallationRecord = {
      schema: INSTALLATION_SCHEMA,
      variant,
      tensorflow: checked.version,
      platform: process.platform,
      architecture: process.arch,
      addon: ADDON_FILE,
      files,
    };
    await writeFile(join(staging, RECORD_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
    await replaceFolder(staging, folder);
    return { ...checked, variant, folder, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  } catch (error) {
    throw explain(error, dirname(folder));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Removes what is installed and what an interrupted install left.
 *
 * @returns whether there was anything
 */
export async function removeTensorflow(surroundings?: Surroundings): Promise<boolean> {
  const folder = installationFolder(surroundings);
  const abandoned = await removeAbandoned(folder);
  const present = await isThere(folder);
  // Out of the way in one step first: half a folder must never be taken for an installation.
  if (present) {
    const away = `${folder}.partial-${process.pid}`;
    await rename(folder, away);
    await rm(away, { recursive: true, force: true });
  }
  return present || abandoned;
}

/** Clears away what installs left that were killed; those still at work are let be. */
async function removeAbandoned(folder: string): Promise<boolean> {
  const start = `${basename(folder)}.partial-`;
  const names = await readdir(dirname(folder)).catch(() => [] as string[]);
  const abandoned = names.filter(
    (name) => name.startsWith(start) && !isRunning(Number.parseInt(name.slice(start.length), 10)),
  );
  for (const name of abandoned) await rm(join(dirname(folder), name), { recursive: true, force: true });
  return abandoned.length > 0;
}

function isRunning(processId: number): boolean {
  if (processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function makeParent(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true }).catch((cause: unknown) => {
    throw new TensorflowError(
      `${dirname(folder)} cannot be made (${(cause as Error).message}); set XDG_CACHE_HOME to a folder you can write to.`,
      { code: "cache_unusable", cause },
    );
  });
}

async function requireSpace(
  folder: string,
  variant: TensorflowVariant,
  freeBytes: (folder: string) => Promise<number>,
): Promise<void> {
  const free = await freeBytes(folder);
  const needed = NEEDED_BYTES[variant];
  if (free >= needed) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new TensorflowError(
    `TensorFlow for ${variant === "gpu" ? "GPUs" : "CPUs"} needs ${gigabytes(needed)} GB of disk while it is installed and ${folder} has ${gigabytes(free)} GB; free some or set XDG_CACHE_HOME to a larger disk.`,
    { code: "disk_full" },
  );
}

async function availableBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function replaceFolder(staging: string, folder: string): Promise<void> {
  const earlier = `${staging}-earlier`;
  const had = await rename(folder, earlier).then(
    () => true,
    () => false,
  );
  try {
    await rename(staging, folder);
  } catch (error) {
    if (had) await rename(earlier, folder);
    throw error;
  }
  if (had) await rm(earlier, { recursive: true, force: true });
}

function explain(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new TensorflowError(`The disk of ${folder} filled up; free some space and run this again.`, {
      code: "disk_full",
      cause: error,
    });
  }
  return error;
}

function escaped(text: string): string {
  return text.replace(/[.]/g, "\\.");
}
