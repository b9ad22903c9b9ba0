import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Path of the first of some programs that is on the `PATH`, or undefined where none is. */
export function findOnPath(...names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
