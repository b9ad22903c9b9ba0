import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { TensorflowError } from "../errors.ts";
import { runProgram } from "./run-program.ts";

const answerSchema = z.object({ version: z.string(), gpu: z.boolean(), product: z.array(z.number()) });

/** What a working addon says of itself. */
export interface CheckedAddon {
  /** Version of TensorFlow. */
  readonly version: string;
  /** Whether it found a GPU it can use. */
  readonly gpu: boolean;
}

/**
 * Loads an addon in a process of its own and multiplies two matrices with it.
 *
 * @throws TensorflowError `addon_broken` when that process crashes, hangs or calculates wrongly
 */
export async function checkAddon(addon: string, signal?: AbortSignal): Promise<CheckedAddon> {
  const extension = extname(import.meta.url);
  const program = fileURLToPath(new URL(`./try-addon${extension}`, import.meta.url));
  const flags = ["--experimental-strip-types", "--no-warnings"];
  const end = await runProgram(process.execPath, [...flags, program, addon], {
    timeoutMs: 180_000,
    ...(signal && { signal }),
  });
  const answer = answerSchema.safeParse(parseJson(end.stdout.trim().split("\n").at(-1) ?? ""));
  if (end.code === 0 && answer.success && `${answer.data.product}` === "7,10,15,22") {
    return { version: answer.data.version, gpu: answer.data.gpu };
  }
  const said = end.stderr
    .trim()
    .split("\n")
    .findLast((line) => /error|cannot|failed|undefined/i.test(line));
  throw new TensorflowError(
    `TensorFlow was built and does not run here (${said?.trim().slice(0, 300) ?? `exit code ${end.code}`}); train with --backend wasm.`,
    { code: "addon_broken", cause: end.stderr },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
