import { unlink } from "node:fs/promises";
import { TensorflowError } from "../errors.ts";
import { runProgram } from "./run-program.ts";

/** Options of {@link unpackWheel}. */
export interface UnpackOptions {
  readonly python: string;
  readonly wheel: string;
  /** Folder the members are written to, under their own names. */
  readonly folder: string;
  /** Which members are taken. */
  readonly members: RegExp;
  readonly signal?: AbortSignal;
}

/** Reads a zip file, since whoever has pip has this. A member's own name must not lead out of the folder. */
const PROGRAM = `
import json, re, sys, zipfile
wheel, folder, pattern = sys.argv[1:4]
taken = []
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        name = member.filename
        if re.fullmatch(pattern, name) and '..' not in name.split('/') and not name.startswith('/'):
            archive.extract(member, folder)
            taken.append(name)
print(json.dumps(taken))
`;

/**
 * Takes the wanted members out of a wheel and deletes the wheel, so that the disk never holds more than it must.
 *
 * @returns the members' names
 * @throws TensorflowError `disk_full` or `damaged_wheel`
 */
export async function unpackWheel(options: UnpackOptions): Promise<string[]> {
  const { python, wheel, folder, members, signal } = options;
  const end = await runProgram(python, ["-c", PROGRAM, wheel, folder, members.source], {
    ...(signal && { signal }),
  });
  if (end.code !== 0) {
    const full = /No space left|Disk quota exceeded/i.test(end.stderr);
    throw new TensorflowError(
      full
        ? `The disk filled up while ${wheel} was unpacked; free some space and run this again.`
        : `${wheel} cannot be unpacked (${end.stderr.trim().split("\n").at(-1)}); run this again.`,
      { code: full ? "disk_full" : "damaged_wheel", cause: end.stderr },
    );
  }
  await unlink(wheel);
  return JSON.parse(end.stdout) as string[];
}

/**
 * What the extra `and-cuda` of a TensorFlow wheel asks for, as pip writes requirements.
 *
 * @throws TensorflowError `damaged_wheel`
 */
export async function cudaRequirements(
  python: string,
  wheel: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const program = `
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    name = next(n for n in archive.namelist() if n.endswith('.dist-info/METADATA'))
    for line in archive.read(name).decode().split('\\n\\n')[0].splitlines():
        found = re.fullmatch(r'Requires-Dist: ([^;]+?);\\s*extra == .and-cuda.', line.strip())
        if found: print(found.group(1).replace(' ', ''))
`;
  const end = await runProgram(python, ["-c", program, wheel], { ...(signal && { signal }) });
  if (end.code !== 0) {
    throw new TensorflowError(`${wheel} does not say which CUDA libraries it needs; run this again.`, {
      code: "damaged_wheel",
      cause: end.stderr,
    });
  }
  return end.stdout.split("\n").filter((line) => line !== "");
}
