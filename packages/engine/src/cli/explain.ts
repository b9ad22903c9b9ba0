import { resolve } from "node:path";
import { createRandom } from "@unpaired/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { readEngineBinaries } from "../node.ts";
import { DEFAULT_MEMORY_BUDGET_BYTES } from "../plan/budget.ts";
import { describePlan } from "../plan/describe-plan.ts";
import { measureProfile } from "../plan/plan-profile.ts";
import { formatShape, type Shape } from "../plan/shape.ts";
import type { EngineBinaries } from "../runtime/build.ts";
import { createPlanningSession } from "../runtime/session.ts";
import type { Arithmetic, ImageTensor } from "../session-types.ts";
import type { CliContext } from "./context.ts";
import { CliError } from "./errors.ts";
import { type ImageSize, parseImageSize } from "./image-size.ts";
import { planReport } from "./plan-report.ts";
import { readModel } from "./read-model.ts";

interface ExplainOptions {
  readonly size?: ImageSize;
  readonly profile?: boolean;
  readonly arithmetic?: Arithmetic;
  readonly memory: number;
  readonly json?: boolean;
}

const DEFAULT_SIZE: ImageSize = { width: 256, height: 256 };
const MEBIBYTE = 2 ** 20;

/** `engine explain MODEL`. */
export function addExplainCommand(program: Command, { directory, nowMs, print }: CliContext): void {
  program
    .command("explain")
    .description("prints how a published model would run: steps, kernels, work, memory and, if asked, time")
    .argument("<model>", "a model.json, its folder, or a registry's models/<id>/latest.json")
    .option(
      "--size <pixels>",
      "the image: 256, or 320x240 (what the model was trained for, or 256)",
      parseImageSize,
    )
    .option("--profile", "run it on noise and tell how long each step takes")
    .addOption(
      new Option("--arithmetic <kind>", "how convolutions are computed").choices(["integer", "float"]),
    )
    .option(
      "--memory <mebibytes>",
      "most WebAssembly memory the plan may take",
      mebibytes,
      DEFAULT_MEMORY_BUDGET_BYTES / MEBIBYTE,
    )
    .option("--json", "print JSON, shapes in pixels, times in milliseconds")
    .action(async (path: string, { size, profile, arithmetic, memory, json }: ExplainOptions) => {
      const model = await readModel(resolve(directory, path));
      const session = await createPlanningSession(model.files, {
        binaries: await binaries(),
        memoryBudgetBytes: memory * MEBIBYTE,
        ...(arithmetic && { arithmetic }),
      });
      const plan = session.plan(size ?? model.size ?? DEFAULT_SIZE);
      const image = profile ? noise(plan.input.shape) : undefined;
      const measured = image && (await measureProfile(() => session.profile(image, nowMs)));
      if (json) {
        print(JSON.stringify(planReport(plan, session, { title: model.title, profile: measured }), null, 2));
        return;
      }
      print(
        `${model.title}: ${formatShape(plan.input.shape)} → ${formatShape(plan.output.shape)}, ` +
          `${session.arithmetic} arithmetic, ${session.build} build\n`,
      );
      print(describePlan(plan, measured && { profile: measured }));
    });
}

/** The engine's own binaries. @throws CliError `missing_build` */
async function binaries(): Promise<EngineBinaries> {
  try {
    return await readEngineBinaries();
  } catch (cause) {
    throw new CliError((cause as Error).message, { code: "missing_build", cause });
  }
}

function mebibytes(text: string): number {
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text) || value < 1 || value > 2047) {
    throw new InvalidArgumentError("Give a whole number of mebibytes from 1 to 2047.");
  }
  return value;
}

function noise({ width, height, channels }: Shape): ImageTensor {
  const random = createRandom(1);
  const data = Float32Array.from({ length: width * height * channels }, () => 2 * random.uniform() - 1);
  return { data, width, height, channels };
}
