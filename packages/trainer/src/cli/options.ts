import { type Command, InvalidArgumentError, Option } from "commander";
import { backendNames } from "../backend/select.ts";

/** Parses a whole number within bounds. */
export function integerIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high) {
      throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Parses a decimal number within bounds. */
export function numberIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`Give a number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Adds the options of a `MachineChoice`. */
export function addMachineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--backend <name>", "where to compute; auto takes the fastest present (see doctor)")
        .choices(["auto", ...backendNames])
        .default("auto"),
    )
    .option("--threads <count>", "1 or 2 halves of a step at once, on a CPU", integerIn(1, 2));
}

const weightForms = ["uint8", "uint16", "float16", "float32"] as const;

export function quantizationOption(): Option {
  return new Option("--quantization <form>", "how weights are stored").choices(weightForms).default("uint8");
}

/** Where to get the archives of data sets from. */
export function mirrorOption(): Option {
  return new Option(
    "--mirror <address>",
    "a folder on a web server that has the file, instead of its authors'",
  ).env("UNPAIRED_DATA_MIRROR");
}
