import { readFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";
import { version_core as tfjsVersion } from "@tensorflow/tfjs-core";
import sharp from "sharp";
import { z } from "zod";

/** What a run trains on. */
export interface Environment {
  readonly backend: string;
  readonly threads: number;
  /** GPU or other accelerator, where the backend knows one. */
  readonly device?: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly operatingSystem: string;
  readonly node: string;
  /** Versions of what computes, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Options of {@link describeEnvironment}. */
export interface DescribeEnvironmentOptions {
  readonly backend: string;
  readonly threads: number;
  readonly device?: string;
  /** Of what the backend brings along, such as `{ TensorFlow: "2.21.0" }`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Describes this machine and what runs on it. */
export function describeEnvironment(options: DescribeEnvironmentOptions): Environment {
  const { backend, threads, device, versions = {} } = options;
  const cores = cpus();
  return {
    backend,
    threads,
    ...(device === undefined ? {} : { device }),
    cpu: cores[0]?.model.trim() || arch(),
    cores: cores.length,
    memoryBytes: totalmem(),
    operatingSystem: `${type()} ${release()} ${arch()}`,
    node: process.version,
    versions: {
      Unpaired: ownVersion(),
      "TensorFlow.js": tfjsVersion,
      sharp: sharp.versions.sharp ?? "unknown",
      ...versions,
    },
  };
}

function ownVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}
