import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { printable } from "../errors.ts";
import { unreadable } from "./errors.ts";

/**
 * Where a file named by a model lies, links followed.
 *
 * @param name the path as the model's files give it: relative, with forward slashes
 * @returns the path itself where nothing lies there
 * @throws CliError `unreadable_model` when it leads out of the folder
 */
export async function insideFolder(folder: string, name: string): Promise<string> {
  const path = resolve(folder, name);
  const leaves = isAbsolute(name) || /[\\:\p{Cc}]/u.test(name) || !isInside(folder, path);
  if (leaves) throw outside(name);
  try {
    const [root, target] = await Promise.all([realpath(folder), realpath(path)]);
    if (!isInside(root, target)) throw outside(name);
    return target;
  } catch (error) {
    // Reading it says better than following it what is wrong with the file.
    if (error instanceof Error && "syscall" in error) return path;
    throw error;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(name: string) {
  return unreadable(
    `The model names the file ${JSON.stringify(printable(name))}, which is not inside the model's folder; publish the model again.`,
  );
}
