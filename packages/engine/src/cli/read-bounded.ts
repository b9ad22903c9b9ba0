import { open, stat } from "node:fs/promises";
import { printable } from "../errors.ts";
import { unreadable } from "./errors.ts";

/**
 * Reads a regular file of at most `limitBytes`.
 *
 * @throws CliError `unreadable_model` when it is missing, no file, or larger
 */
export async function readBounded(path: string, limitBytes: number): Promise<Uint8Array> {
  const shown = JSON.stringify(printable(path));
  try {
    // Opening a pipe would wait for whoever writes into it.
    if (!(await stat(path)).isFile()) throw unreadable(`${shown} is no regular file; name one that is.`);
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > limitBytes) {
        throw unreadable(
          `${shown} has ${size} bytes and at most ${limitBytes} are read; publish the model again.`,
        );
      }
      const bytes = new Uint8Array(size);
      let length = 0;
      while (length < size) {
        const { bytesRead } = await file.read(bytes, length, size - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause && "code" in cause)) throw cause;
    const code = String(cause.code);
    throw unreadable(`${shown} cannot be read: ${REASONS.get(code) ?? code}.`, cause);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EACCES", "its permissions forbid it"],
  ["EPERM", "its permissions forbid it"],
  ["ELOOP", "its links lead in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EIO", "the disk failed"],
]);
