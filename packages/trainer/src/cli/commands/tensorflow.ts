import type { Command } from "commander";
import { detectTensorflow } from "../../backend/tensorflow/detect.ts";
import { installTensorflow, removeTensorflow } from "../../backend/tensorflow/install/install.ts";
import type { InstallProgress } from "../../backend/tensorflow/install/progress.ts";
import { installationFolder, type TensorflowVariant } from "../../backend/tensorflow/installation.ts";
import { ConfigError } from "../../errors.ts";
import type { CliContext } from "../context.ts";
import { duration } from "../progress.ts";

interface InstallCommandOptions {
  readonly gpu?: boolean;
  readonly cpu?: boolean;
}

/** `trainer tensorflow install|status|remove`. */
export function addTensorflowCommand(program: Command, { print, warn, signal, progress }: CliContext): void {
  const tensorflow = program
    .command("tensorflow")
    .description("the backend for NVIDIA GPUs, and the fastest on most CPUs; not part of the npm install");

  tensorflow
    .command("install")
    .description("fetches TensorFlow with pip and builds its bindings into the user's cache folder")
    .option("--gpu", "with CUDA 12 libraries, for an NVIDIA driver (the default where one is loaded)")
    .option("--cpu", "without them (the default elsewhere)")
    .action(async ({ gpu, cpu }: InstallCommandOptions) => {
      if (gpu && cpu) {
        throw new ConfigError("--gpu and --cpu exclude each other; give one of them.", {
          code: "invalid_config",
        });
      }
      const variant: TensorflowVariant | undefined = gpu ? "gpu" : cpu ? "cpu" : undefined;
      const beganMs = progress.nowMs();
      const installed = await installTensorflow({
        ...(variant && { variant }),
        signal,
        onProgress: describeTo(warn, () => progress.nowMs()),
      });
      const took = duration((progress.nowMs() - beganMs) / 1000);
      print(
        `TensorFlow ${installed.version} for ${installed.variant} is in ${installed.folder} (${megabytes(installed.bytes)}, ${took}).`,
      );
      if (installed.variant === "gpu" && !installed.gpu) {
        warn(
          "It found no GPU it can use and computes on the CPU; nvidia-smi shows whether the driver is loaded.",
        );
      }
    });

  tensorflow
    .command("status")
    .description("tells whether TensorFlow is installed, and where")
    .action(async () => {
      const found = await detectTensorflow();
      print(found.available ? `${found.description}, in ${installationFolder()}` : found.reason);
    });

  tensorflow
    .command("remove")
    .description("removes it from the cache folder")
    .action(async () => {
      const removed = await removeTensorflow();
      print(removed ? `Removed ${installationFolder()}` : `There is none in ${installationFolder()}`);
    });
}

/** A line for each thing that is done, and one every few seconds while bytes arrive. */
function describeTo(warn: (text: string) => void, nowMs: () => number): (progress: InstallProgress) => void {
  let doing = "";
  let toldMs = Number.NEGATIVE_INFINITY;
  return ({ stage, what = "", bytes = 0, totalBytes = 0 }) => {
    const current = `${stage} ${what}`.trimEnd();
    const now = nowMs();
    if (current === doing && (bytes === 0 || now - toldMs < 5000)) return;
    doing = current;
    toldMs = now;
    const total = totalBytes > 0 ? ` of ${megabytes(totalBytes)}` : "";
    warn(`${current}${bytes > 0 ? ` ${megabytes(bytes)}${total}` : ""} …`);
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
